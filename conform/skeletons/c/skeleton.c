/* An adapter for tcpcheck conform in C: the line format of conform/PROTOCOL.md.
 *
 * Replace the functions stack_... by calls of your own stack. The one here has no sockets, so that it
 * is always in CLOSED: it refuses every call, and resets every segment (RFC 9293 §3.10.7.1).
 *
 *     cc -o skeleton skeleton.c
 *     tcpcheck conform --no-adapter-check --pairs '^CLOSED: ' --steps 0 --exec ./skeleton
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NAME VERSION virtual|real tells|silent: one word each. Take the version from your stack. */
#define HELLO "hello skeleton 0 virtual tells\ndone"

struct end { uint8_t address[4]; uint16_t port; };

/* What the stack does is written at once: tell_packet, printf("signal opened\n"), printf("error WORDS\n"). */
static void tell_hex(const char *word, const uint8_t *b, size_t n)
{
    printf("%s ", word);
    for (size_t i = 0; i < n; i++)
        printf("%02x", b[i]);
    putchar('\n');
}

static void tell_packet(unsigned long long after, const uint8_t *b, size_t n)
{
    char word[40];
    snprintf(word, sizeof word, "packet %llu", after); /* microseconds since the request */
    tell_hex(word, b, n);
}

/* ---- The stack. ---- */
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
static struct end local, remote; /* the stack's own, and the harness's */

static uint32_t get32(const uint8_t *b) { return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]; }
static void put16(uint8_t *b, unsigned v) { b[0] = v >> 8; b[1] = v; }
static void put32(uint8_t *b, uint32_t v) { put16(b, v >> 16); put16(b + 2, v & 0xffff); }

static unsigned checksum(const uint8_t *b, size_t n, uint32_t sum)
{
    for (size_t i = 0; i < n; i += 2)
        sum += b[i] << 8 | (i + 1 < n ? b[i + 1] : 0);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

static void send_segment(uint32_t seq, uint32_t ack, uint8_t flags)
{
    uint8_t b[40] = {0x45, [3] = 40, [8] = 64, [9] = 6, [32] = 5 << 4};
    memcpy(b + 12, local.address, 4);
    memcpy(b + 16, remote.address, 4);
    put16(b + 20, local.port), put16(b + 22, remote.port);
    put32(b + 24, seq), put32(b + 28, ack);
    b[33] = flags;
    put16(b + 36, checksum(b + 12, 28, 6 + 20)); /* the pseudo header: addresses, protocol, length */
    put16(b + 10, checksum(b, 20, 0));
    tell_packet(0, b, sizeof b);
}

/* Forget everything. */
static void stack_reset(void) {}

/* A call of the user: do it, or answer error and change nothing. send: the octets i mod 251 for i from the number
 * of octets sent so far, all n of them. receive: tell_hex("text", data, length), if there is data. */
static void stack_call(const char *name, long n) { (void)name, (void)n; puts("error ENOTCONN"); }

/* An IP packet arrives. */
static void stack_packet(const uint8_t *b, size_t n)
{
    const uint8_t *t = b + 20; /* an IPv4 header without options */
    uint8_t flags = t[13];
    if (flags & RST || checksum(b + 12, n - 12, 6 + n - 20) != 0)
        return; /* RFC 9293 answers neither a RST nor a wrong checksum */
    if (flags & ACK)
        send_segment(get32(t + 8), 0, RST);
    else
        send_segment(0, get32(t + 4) + (uint32_t)(n - 20 - t[12] / 16 * 4) + !!(flags & SYN) + !!(flags & FIN), RST | ACK);
}

/* Time passes. What a timer sends is told with the time since the request. */
static void stack_sleep(unsigned long long microseconds) { (void)microseconds; }

/* The state of the connection in the words of RFC 9293, or "gone" for CLOSED. */
static const char *stack_state(void) { return "gone"; }

/* ---- The line format. ---- */
static int socket_of(const char *s, struct end *e)
{
    unsigned a[4], port;
    if (sscanf(s, "%u.%u.%u.%u:%u", &a[0], &a[1], &a[2], &a[3], &port) != 5)
        return 0; /* IPv6 */
    for (int i = 0; i < 4; i++)
        e->address[i] = a[i];
    e->port = port;
    return 1;
}

static void request(char *line)
{
    static uint8_t b[65536];
    char *rest = strchr(line, ' ');
    if (rest)
        *rest++ = 0;
    else
        rest = line + strlen(line);
    if (strcmp(line, "hello") == 0) {
        puts(HELLO);
        return;
    }
    if (strcmp(line, "reset") == 0) {
        char *second = strchr(rest, ' ');
        if (second && socket_of(rest, &local) && socket_of(second + 1, &remote))
            stack_reset();
        else
            puts("error EAFNOSUPPORT");
    } else if (strcmp(line, "packet") == 0) {
        size_t n = strlen(rest) / 2;
        for (size_t i = 0; i < n && i < sizeof b; i++)
            sscanf(rest + 2 * i, "%2hhx", &b[i]);
        stack_packet(b, n);
    } else if (strcmp(line, "sleep") == 0) {
        stack_sleep(strtoull(rest, NULL, 10));
    } else {
        stack_call(line, strtol(rest, NULL, 10)); /* listen connect send receive close release abort */
    }
    printf("done %s\n", stack_state());
}

int main(void)
{
    static char line[1 << 18];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        request(line);
        fflush(stdout); /* the answer must not stay in a buffer */
    }
    return 0;
}
