/* The process that captures. It knows libpcap, a socket and nothing else. */
#include "detector/capture/tap.h"
#include "detector/guard/guard.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define NOBODY 65534
#define TURN_MS 1000
#define PACKETS_AT_ONCE 4096
#define OUT_ROOM ((size_t)512 << 10)

typedef struct process {
    int socket;
    pcap_t *pcap;
    tc_tap_counts counts;        /* that were told */
    uint32_t dropped, interface; /* as libpcap counted them last */
    size_t length;
    uint8_t out[OUT_ROOM];
} process;

/* -- frames ---------------------------------------------------------------------------------- */

static void write_all(int socket, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t n = write(socket, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(0); /* nobody reads any more */
        at += n;
        size -= (size_t)n;
    }
}

static void put_frame(int socket, tc_tap_kind kind, const void *bytes, size_t size)
{
    tc_tap_head head = {kind, (uint32_t)size};
    write_all(socket, &head, sizeof(head));
    write_all(socket, bytes, size);
}

TC_NORETURN static void give_up(int socket, const char *words)
{
    put_frame(socket, TC_TAP_OVER, words, TC_MIN(strlen(words), (size_t)255));
    _exit(1);
}

static void flush(process *p)
{
    if (p->length > 0) put_frame(p->socket, TC_TAP_PACKETS, p->out, p->length);
    p->length = 0;
}

/* -- packets --------------------------------------------------------------------------------- */

static void put_word(process *p, uint32_t word)
{
    memcpy(p->out + p->length, &word, sizeof(word));
    p->length += sizeof(word);
}

static void put_file_head(process *p)
{
    bool nano = pcap_get_tstamp_precision(p->pcap) == PCAP_TSTAMP_PRECISION_NANO;
    put_word(p, nano ? 0xA1B23C4D : 0xA1B2C3D4);
    put_word(p, 4u << 16 | 2u);
    put_word(p, 0);
    put_word(p, 0);
    put_word(p, (uint32_t)pcap_snapshot(p->pcap));
    put_word(p, (uint32_t)pcap_datalink(p->pcap));
    flush(p);
}

static void take_packet(u_char *context, const struct pcap_pkthdr *h, const u_char *bytes)
{
    process *p = (process *)(void *)context;
    uint32_t kept = TC_MIN(h->caplen, TC_TAP_SNAP_MAX);
    if (p->length + 16 + kept > OUT_ROOM) flush(p);
    put_word(p, (uint32_t)h->ts.tv_sec);
    put_word(p, (uint32_t)h->ts.tv_usec);
    put_word(p, kept);
    put_word(p, h->len);
    memcpy(p->out + p->length, bytes, kept);
    p->length += kept;
    p->counts.received++;
}

/* libpcap counts in 32 bits, which wrap. */
static void tell_counts(process *p)
{
    struct pcap_stat now;
    if (pcap_stats(p->pcap, &now) == 0) {
        p->counts.dropped += now.ps_drop - p->dropped;
        p->counts.interface += now.ps_ifdrop - p->interface;
        p->dropped = now.ps_drop;
        p->interface = now.ps_ifdrop;
    }
    put_frame(p->socket, TC_TAP_COUNTS, &p->counts, sizeof(p->counts));
}

TC_NORETURN static void copy(process *p)
{
    int fd = pcap_get_selectable_fd(p->pcap);
    put_file_head(p);
    for (;;) {
        struct pollfd polls[2] = {{.fd = fd, .events = POLLIN}, {.fd = p->socket}};
        int ready = poll(polls, 2, TURN_MS);
        if (ready < 0 && errno != EINTR) give_up(p->socket, "cannot wait for packets");
        if (polls[1].revents & (POLLHUP | POLLERR)) _exit(0);
        int taken = pcap_dispatch(p->pcap, PACKETS_AT_ONCE, take_packet, (u_char *)p);
        flush(p);
        tell_counts(p);
        if (taken < 0) give_up(p->socket, pcap_geterr(p->pcap));
    }
}

/* -- opening --------------------------------------------------------------------------------- */

static bool set_filter(process *p, const char *text)
{
    struct bpf_program program;
    if (pcap_compile(p->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0) return false;
    bool good = pcap_setfilter(p->pcap, &program) == 0;
    pcap_freecode(&program);
    return good;
}

static void filter(process *p, const tc_tap_settings *s)
{
    char text[TC_TAP_FILTER_MAX];
    bool good = s->filter && set_filter(p, s->filter);
    for (int wrapped = 1; !s->filter && !good && wrapped >= 0; wrapped--) {
        tc_tap_default_filter(text, sizeof(text), wrapped != 0);
        good = set_filter(p, text);
    }
    if (!good) give_up(p->socket, pcap_geterr(p->pcap));
}

static void open_interface(process *p, const tc_tap_settings *s)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    p->pcap = pcap_create(s->interface, why);
    if (p->pcap == NULL) give_up(p->socket, why);
    (void)pcap_set_snaplen(p->pcap, (int)s->snap);
    (void)pcap_set_promisc(p->pcap, s->promiscuous);
    (void)pcap_set_buffer_size(p->pcap, (int)s->buffer);
    (void)pcap_set_immediate_mode(p->pcap, 1);
    (void)pcap_set_tstamp_precision(p->pcap, PCAP_TSTAMP_PRECISION_NANO);
    int answer = pcap_activate(p->pcap);
    if (answer < 0) {
        const char *words = pcap_geterr(p->pcap);
        give_up(p->socket, words[0] ? words : pcap_statustostr(answer));
    }
    if (pcap_setnonblock(p->pcap, 1, why) != 0) give_up(p->socket, why);
    filter(p, s);
}

/* The socket becomes descriptor 3, libpcap's are above it, and everything else is closed. */
static int keep_only(int socket)
{
    socket = fcntl(socket, F_DUPFD, 3); /* it may be one of the three itself */
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        (void)dup2(null, fd);
    if (socket < 0 || (socket != 3 && dup2(socket, 3) < 0)) _exit(1);
    (void)close_range(4, ~0u, 0);
    return fcntl(3, F_SETFD, FD_CLOEXEC) < 0 ? -1 : 3;
}

/* False: a namespace that has no such user, so there is nobody to become. */
static bool become_nobody(int socket)
{
    bool good = setresgid(NOBODY, NOBODY, NOBODY) == 0 && setgroups(0, NULL) == 0 &&
                setresuid(NOBODY, NOBODY, NOBODY) == 0;
    if (!good && errno != EINVAL) give_up(socket, "cannot give up root");
    return good;
}

/* Nobody's user, no powers, nothing of the file system but where drops are counted. */
static void give_up_rights(process *p)
{
    tc_guard_place place = {"/sys", TC_GUARD_READ};
    tc_guard_options options = {.places = &place, .place_count = 1};
    tc_guard_result result;
    bool stays = getuid() == 0 && !become_nobody(p->socket);
    tc_guard_drop_powers();
    tc_guard_close(&options, &result);
    bool fenced = result.sanitised || result.why.code == TC_OK;
    char lack[256];
    (void)snprintf(lack, sizeof(lack), "%s%s%.180s", stays ? "there is no user but root" : "",
                   stays && !fenced ? "; " : "", fenced ? "" : result.why.text);
    put_frame(p->socket, TC_TAP_OPEN, lack, strlen(lack));
}

TC_NORETURN void tc_tap_process(int socket, const tc_tap_settings *settings)
{
    process *p = tc_alloc(1, sizeof(*p));
    if (p == NULL) _exit(1);
    p->socket = keep_only(socket);
    (void)prctl(PR_SET_NAME, "tocsin-capture");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* the end of the socket is ours */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    if (p->socket < 0 || chdir("/") != 0) _exit(1);
    open_interface(p, settings);
    give_up_rights(p);
    copy(p);
}

/* -- the library ------------------------------------------------------------------------------ */

/* What it says of itself begins "libpcap version 1.10.3 (with ...)". */
void tc_tap_library(tc_str *out)
{
    static const char said[] = "libpcap version ";
    const char *version = pcap_lib_version();
    if (strncmp(version, said, sizeof(said) - 1) == 0) version += sizeof(said) - 1;
    tc_str_addf(out, ", libpcap %.*s", (int)strcspn(version, " "), version);
}
