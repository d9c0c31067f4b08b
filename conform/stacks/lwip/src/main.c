/* lwIP as a stack under test: it speaks the line format of conform/PROTOCOL.md on its standard input and output.
 *
 * The stack is used through its raw API, without an operating system, with a clock that moves in `sleep` only. Changed from its
 * defaults: the sizes of buffers, Nagle's algorithm is off, and assertions are off, as many builds for devices have it (with them,
 * 1200 octets that begin ten octets behind RCV.NXT, in a window of 1200, end the program when the gap is filled).
 */
#include <stdint.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

enum { TICK = TCP_TMR_INTERVAL * 1000 }; /* microseconds */

static uint64_t now, start, tick = TICK; /* microseconds; start is that of the request */
static struct netif wire;
static int muted;
static ip_addr_t local, remote;
static u16_t local_port, remote_port;

/* What the user has: a listener until a connection is handed over, a connection, what it has received, and how much was sent. */
static struct tcp_pcb *listener, *conn;
static int ended;
static int goes_on; /* the listener, beside the connection */
static unsigned long sent;
static uint8_t text[65536];
static size_t held;

u32_t sys_now(void) { return (u32_t)(now / 1000); }

static void tell_hex(const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%02x", b[i]);
    putchar('\n');
}

static err_t output(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
    static uint8_t b[65536];
    (void)n, (void)to;
    if (!muted) {
        printf("packet %llu ", (unsigned long long)(now - start));
        tell_hex(b, pbuf_copy_partial(p, b, 65535, 0));
    }
    return ERR_OK;
}

static err_t up(struct netif *n)
{
    n->output = output;
    n->mtu = 1500;
    n->flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void signal(const char *what) { printf("signal %s\n", what); }

/* ---- What lwIP tells the user. ---- */
static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg, (void)pcb, (void)err;
    if (p == NULL) {
        if (!ended)
            signal("end");
        ended = 1;
        return ERR_OK;
    }
    held += pbuf_copy_partial(p, text + held, p->tot_len, 0); /* tcp_recved comes with RECEIVE */
    pbuf_free(p);
    return ERR_OK;
}

static void on_err(void *arg, err_t err)
{
    (void)arg;
    conn = NULL;
    if (err != ERR_CLSD) /* LAST-ACK is over */
        signal(err == ERR_RST ? "reset" : "timed-out");
}

static void has(struct tcp_pcb *pcb)
{
    conn = pcb;
    ended = 0;
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, on_recv);
    tcp_err(pcb, on_err);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg, (void)pcb, (void)err;
    signal("opened");
    return ERR_OK;
}

/* A connection that nobody accepts: what it receives is there, and nobody reads it. */
static err_t on_idle(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg, (void)pcb, (void)err;
    if (p != NULL)
        pbuf_free(p);
    return ERR_OK;
}

static int is_own(struct tcp_pcb *p)
{
    return p->local_port == local_port && p->remote_port == remote_port && ip_addr_cmp(&p->remote_ip, &remote);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK || pcb == NULL)
        return ERR_VAL;
    if (goes_on && !is_own(pcb)) {
        tcp_recv(pcb, on_idle);
        return ERR_OK;
    }
    has(pcb);
    signal("opened");
    return ERR_OK;
}

/* ---- The connection, whoever holds it. ---- */
static struct tcp_pcb *found(void)
{
    struct tcp_pcb *lists[] = {tcp_active_pcbs, tcp_tw_pcbs};
    for (int i = 0; i < 2; i++)
        for (struct tcp_pcb *p = lists[i]; p != NULL; p = p->next)
            if (is_own(p))
                return p;
    return NULL;
}

static const char *state(void)
{
    static const char *const names[] = {"gone", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
                                        "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"};
    struct tcp_pcb *p = found();
    return p != NULL ? names[p->state] : listener != NULL ? "LISTEN" : "gone";
}

static void forget(void)
{
    muted = 1;
    while (tcp_active_pcbs != NULL) {
        tcp_err(tcp_active_pcbs, NULL);
        tcp_abort(tcp_active_pcbs);
    }
    while (tcp_tw_pcbs != NULL)
        tcp_abort(tcp_tw_pcbs);
    while (tcp_listen_pcbs.listen_pcbs != NULL)
        tcp_close((struct tcp_pcb *)tcp_listen_pcbs.listen_pcbs);
    while (tcp_bound_pcbs != NULL)
        tcp_abort(tcp_bound_pcbs);
    muted = 0;
    listener = conn = NULL;
    held = sent = ended = goes_on = 0;
}

/* ---- Calls. Each returns NULL, or why it is refused. ---- */
static const char *why(err_t err)
{
    static char words[32];
    if (err == ERR_OK)
        return NULL;
    snprintf(words, sizeof words, "lwip-error%d", err);
    return words;
}

static const char *open_socket(int active, size_t backlog)
{
    if (found() != NULL || listener != NULL)
        return "EISCONN";
    struct tcp_pcb *pcb = tcp_new();
    held = sent = 0;
    err_t err = tcp_bind(pcb, &local, local_port);
    if (err == ERR_OK && active) {
        has(pcb);
        err = tcp_connect(pcb, &remote, remote_port, on_connected);
    } else if (err == ERR_OK) {
        goes_on = backlog > 0;
        listener = tcp_listen_with_backlog(pcb, goes_on ? (u8_t)backlog : TCP_DEFAULT_LISTEN_BACKLOG);
        tcp_accept(listener, on_accept);
    }
    return why(err);
}

static const char *send_text(size_t n)
{
    static uint8_t b[65536];
    if (n > tcp_sndbuf(conn))
        return "ENOBUFS";
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)((sent + i) % 251);
    err_t err = tcp_write(conn, b, (u16_t)n, TCP_WRITE_FLAG_COPY);
    if (err == ERR_OK) {
        sent += n;
        tcp_output(conn);
    }
    return why(err);
}

static const char *receive(size_t n)
{
    if (n > held)
        n = held;
    if (n == 0)
        return NULL;
    printf("text ");
    tell_hex(text, n);
    memmove(text, text + n, held -= n);
    if (conn != NULL)
        tcp_recved(conn, (u16_t)n);
    return NULL;
}

static const char *call(const char *name, size_t n)
{
    if (strcmp(name, "listen") == 0 || strcmp(name, "connect") == 0)
        return open_socket(name[0] == 'c', n);
    if (conn == NULL && listener != NULL && found() == NULL && (strcmp(name, "close") == 0 || strcmp(name, "release") == 0 || strcmp(name, "abort") == 0)) {
        tcp_close(listener);
        listener = NULL;
        return NULL;
    }
    if (strcmp(name, "receive") == 0 && held > 0)
        return receive(n);
    if (conn == NULL)
        return "ENOTCONN";
    if (strcmp(name, "send") == 0)
        return send_text(n);
    if (strcmp(name, "receive") == 0)
        return NULL;
    struct tcp_pcb *pcb = conn;
    if (strcmp(name, "close") == 0)
        return why(tcp_shutdown(pcb, 0, 1));
    conn = NULL;
    held = 0;
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    if (strcmp(name, "release") == 0)
        return why(tcp_close(pcb));
    tcp_abort(pcb);
    return NULL;
}

static void arrives(const char *hex)
{
    size_t n = strlen(hex) / 2;
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_RAM);
    for (size_t i = 0; i < n; i++)
        sscanf(hex + 2 * i, "%2hhx", (uint8_t *)p->payload + i);
    wire.input(p, &wire);
}

static void passes(uint64_t length)
{
    uint64_t end = now + length;
    for (; tick <= end; tick += TICK) {
        now = tick;
        tcp_tmr();
    }
    now = end;
}

static int socket_of(const char *s, ip_addr_t *a, u16_t *port)
{
    unsigned b[4], p;
    if (sscanf(s, "%u.%u.%u.%u:%u", &b[0], &b[1], &b[2], &b[3], &p) != 5)
        return 0;
    IP4_ADDR(a, b[0], b[1], b[2], b[3]);
    *port = (u16_t)p;
    return 1;
}

static void request(char *line)
{
    char *rest = strchr(line, ' ');
    if (rest != NULL)
        *rest++ = 0;
    else
        rest = line + strlen(line);
    start = now;
    if (strcmp(line, "hello") == 0) {
        printf("hello lwip %s virtual tells backlog\ndone\n", LWIP_VERSION_STRING);
        return;
    }
    if (strcmp(line, "reset") == 0) {
        char *second = strchr(rest, ' ');
        forget();
        if (second != NULL && socket_of(rest, &local, &local_port) && socket_of(second + 1, &remote, &remote_port))
            netif_set_ipaddr(&wire, &local);
        else
            puts("error EAFNOSUPPORT");
    } else if (strcmp(line, "packet") == 0) {
        arrives(rest);
    } else if (strcmp(line, "sleep") == 0) {
        passes(strtoull(rest, NULL, 10));
    } else {
        const char *refused = call(line, strtoul(rest, NULL, 10));
        if (refused != NULL)
            printf("error %s\n", refused);
    }
    if (conn != NULL && listener != NULL && !goes_on) { /* the first connection is taken, and no other */
        tcp_close(listener);
        listener = NULL;
    }
    if (found() != conn && conn != NULL) /* TIME-WAIT is over, of which the user is not told */
        conn = NULL;
    printf("done %s\n", state());
}

int main(void)
{
    static char line[1 << 18];
    ip4_addr_t mask, any;
    lwip_init();
    IP4_ADDR(&any, 0, 0, 0, 0);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    netif_add(&wire, &any, &mask, &any, NULL, up, ip4_input);
    netif_set_default(&wire);
    netif_set_up(&wire);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        request(line);
        fflush(stdout);
    }
    return 0;
}
