/* minitcp in Promela; ../README.md says what it is. -DK=3 -DOPENS=2 -DNISS=2 [-DSYNC] [-DNOHIDE] */
#ifndef K
#define K 3
#endif
#ifndef OPENS
#define OPENS 2
#endif
#ifndef NISS
#define NISS 2
#endif
/* ISS values: 0, 3, 5 */
#define I0 0
#define I1 3
#define I2 5

#define CLOSED 0
#define LISTEN 1
#define SYNSENT 2
#define SYNRCVD 3
#define ESTAB 4
#define FW1 5
#define FW2 6
#define CLOSING 7
#define CLOSEWAIT 8
#define LASTACK 9
#define TIMEWAIT 10

#define SYN 1
#define SYNACK 2
#define ACK 3
#define FIN 4
#define RST 5
#define RSTACK 6

#define SEG(d,k,q,a) (((d)<<9)|((k)<<6)|(((q)&7)<<3)|((a)&7))
#define P1(v) (((v)+1)&7)
#define P2(v) (((v)+2)&7)

byte st[2]; byte iss[2]; byte rcv[2]; byte pas[2]; byte opn[2] = OPENS;
short net[K];
/* scratch: hidden (not in the state vector) for DFS; -DNOHIDE for BFS, which forbids hidden */
#ifdef NOHIDE
#define HID
#define ZAP s=0; r=0; carry=0; y=0; i=0; k=0; q=0; a=0; sn=0
#else
#define HID hidden
#define ZAP skip
#endif
HID short s; HID short r; HID short carry; HID byte y;
HID byte i; HID byte k; HID byte q; HID byte a; HID byte sn;

/* insert s2 into the set, kept sorted descending, zeros last; full = lost */
inline ins(s2) {
	y = 0;
	do
	:: y < K && net[y] > s2 -> y++
	:: else -> break
	od;
	if
	:: y < K && net[y] != s2 && net[K-1] == 0 ->
		carry = s2;
		do
		:: y < K -> s = net[y]; net[y] = carry; carry = s; y++
		:: else -> break
		od
	:: else
	fi
}
inline del(x) {
	y = x;
	do
	:: y < K-1 -> net[y] = net[y+1]; y++
	:: else -> break
	od;
	net[K-1] = 0
}
inline reset(e) { st[e] = CLOSED; iss[e] = 0; rcv[e] = 0; pas[e] = 0 }

#define RPL(kk,qq,aa) r = SEG(1-i,kk,qq,aa)

inline recv(x, keep, c) {
	s = net[x];
	i = s>>9; k = (s>>6)&7; q = (s>>3)&7; a = s&7; r = 0;
	if :: keep == 0 -> del(x) :: else fi;
	if
	:: st[i]==FW1 || st[i]==FW2 || st[i]==CLOSING || st[i]==LASTACK || st[i]==TIMEWAIT -> sn = P2(iss[i])
	:: else -> sn = P1(iss[i])
	fi;
	if
	:: st[i]==CLOSED ->
		if
		:: k>=RST
		:: k==SYN -> RPL(RSTACK,0,q+1)
		:: else -> RPL(RST,a,0)
		fi
	:: st[i]==LISTEN ->
		if
		:: k>=RST
		:: k==SYN -> st[i]=SYNRCVD; iss[i]=c; rcv[i]=P1(q); RPL(SYNACK,c,q+1)
		:: else -> RPL(RST,a,0)
		fi
	:: st[i]==SYNSENT ->
		if
		:: k==SYN -> st[i]=SYNRCVD; rcv[i]=P1(q); RPL(SYNACK,iss[i],q+1)
		:: k==SYNACK && a==P1(iss[i]) -> st[i]=ESTAB; rcv[i]=P1(q); RPL(ACK,iss[i]+1,q+1)
		:: k==SYNACK && a!=P1(iss[i]) -> RPL(RST,a,0)
		:: (k==ACK || k==FIN) && a==P1(iss[i])
		:: (k==ACK || k==FIN) && a!=P1(iss[i]) -> RPL(RST,a,0)
		:: k==RSTACK && a==P1(iss[i]) -> reset(i)
		:: k==RSTACK && a!=P1(iss[i])
		:: k==RST
		fi
	:: else ->
		if
		:: k>=RST && q!=rcv[i]
		:: k>=RST && q==rcv[i] ->
			if
			:: st[i]==SYNRCVD && pas[i] -> st[i]=LISTEN; iss[i]=0; rcv[i]=0
			:: else -> reset(i)
			fi
		:: k==SYN ->
			if
			:: st[i]==SYNRCVD && P1(q)==rcv[i] -> RPL(SYNACK,iss[i],rcv[i])
			:: else -> RPL(ACK,sn,rcv[i])
			fi
		:: k==SYNACK ->
			if
			:: st[i]==SYNRCVD && P1(q)==rcv[i] && a==P1(iss[i]) -> st[i]=ESTAB; RPL(ACK,sn,rcv[i])
			:: else -> RPL(ACK,sn,rcv[i])
			fi
		:: k==ACK ->
			if
			:: q!=rcv[i] && q!=P1(rcv[i]) -> RPL(ACK,sn,rcv[i])
			:: else ->
				if
				:: st[i]==SYNRCVD && a==P1(iss[i]) -> st[i]=ESTAB
				:: st[i]==SYNRCVD && a!=P1(iss[i]) -> RPL(RST,a,0)
				:: st[i]==FW1 && a==P2(iss[i]) -> st[i]=FW2
				:: st[i]==CLOSING && a==P2(iss[i]) -> st[i]=TIMEWAIT
				:: st[i]==LASTACK && a==P2(iss[i]) -> reset(i)
				:: else
				fi
			fi
		:: k==FIN ->
			if
			:: q!=rcv[i] -> RPL(ACK,sn,rcv[i])
			:: else ->
				if
				:: st[i]==SYNRCVD && a!=P1(iss[i]) -> RPL(RST,a,0)
				:: (st[i]==SYNRCVD && a==P1(iss[i])) || st[i]==ESTAB ->
					st[i]=CLOSEWAIT; rcv[i]=P1(q); RPL(ACK,sn,q+1)
				:: st[i]==FW1 && a==P2(iss[i]) -> st[i]=TIMEWAIT; rcv[i]=P1(q); RPL(ACK,sn,q+1)
				:: st[i]==FW1 && a!=P2(iss[i]) -> st[i]=CLOSING; rcv[i]=P1(q); RPL(ACK,sn,q+1)
				:: st[i]==FW2 -> st[i]=TIMEWAIT; rcv[i]=P1(q); RPL(ACK,sn,q+1)
				:: else -> RPL(ACK,sn,rcv[i])
				fi
			fi
		fi
	fi;
	if :: r != 0 -> ins(r) :: else fi;
	ZAP
}

#define ISSYNL(x) (((net[x]>>6)&7)==SYN && st[net[x]>>9]==LISTEN)
#define RX(x) \
	:: d_step { net[x]!=0 && !ISSYNL(x) -> recv(x,0,0) } \
	:: d_step { net[x]!=0 && !ISSYNL(x) -> recv(x,1,0) } \
	:: d_step { net[x]!=0 && ISSYNL(x) -> recv(x,0,I0) } \
	:: d_step { net[x]!=0 && ISSYNL(x) -> recv(x,1,I0) } \
	:: d_step { net[x]!=0 -> del(x); ZAP }
#define RXC(x,c) \
	:: d_step { net[x]!=0 && ISSYNL(x) -> recv(x,0,c) } \
	:: d_step { net[x]!=0 && ISSYNL(x) -> recv(x,1,c) }

#define ACTIVE(e,c) :: d_step { st[e]==CLOSED && opn[e]>0 -> st[e]=SYNSENT; iss[e]=c; opn[e]--; ins(SEG(1-e,SYN,c,0)); ZAP }
#define USR(e) \
	:: d_step { st[e]==CLOSED && opn[e]>0 -> st[e]=LISTEN; pas[e]=1; opn[e]-- } \
	ACTIVE(e,I0) \
	:: d_step { st[e]==SYNRCVD || st[e]==ESTAB -> st[e]=FW1; ins(SEG(1-e,FIN,iss[e]+1,rcv[e])); ZAP } \
	:: d_step { st[e]==CLOSEWAIT -> st[e]=LASTACK; ins(SEG(1-e,FIN,iss[e]+1,rcv[e])); ZAP } \
	:: d_step { st[e]==SYNSENT -> ins(SEG(1-e,SYN,iss[e],0)); ZAP } \
	:: d_step { st[e]==SYNRCVD -> ins(SEG(1-e,SYNACK,iss[e],rcv[e])); ZAP } \
	:: d_step { st[e]==FW1 || st[e]==CLOSING || st[e]==LASTACK -> ins(SEG(1-e,FIN,iss[e]+1,rcv[e])); ZAP } \
	:: d_step { st[e]!=CLOSED -> reset(e) }

#ifdef SYNC
#define CHK :: st[0]==ESTAB && st[1]==ESTAB && !(rcv[0]==P1(iss[1]) && rcv[1]==P1(iss[0])) -> assert(false)
#else
#define CHK :: (iss[0]>7 || iss[1]>7 || st[0]>10 || st[1]>10) -> assert(false)
#endif

active proctype joint() {
end:
	do
	USR(0)
	USR(1)
#if NISS > 1
	ACTIVE(0,I1)
	ACTIVE(1,I1)
#endif
#if NISS > 2
	ACTIVE(0,I2)
	ACTIVE(1,I2)
#endif
	RX(0)
#if NISS > 1
	RXC(0,I1)
#endif
#if NISS > 2
	RXC(0,I2)
#endif
#if K > 1
	RX(1)
#if NISS > 1
	RXC(1,I1)
#endif
#if NISS > 2
	RXC(1,I2)
#endif
#endif
#if K > 2
	RX(2)
#if NISS > 1
	RXC(2,I1)
#endif
#if NISS > 2
	RXC(2,I2)
#endif
#endif
	CHK
	od
}

