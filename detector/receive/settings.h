/*
 * settings: an input as one line of text, as an option or a configuration gives it.
 *
 *     lumberjack+tls://0.0.0.0:5044 certificate=/etc/tocsin/in.pem key=/etc/tocsin/in.key ca=...
 *
 * The address, then words KEY=VALUE apart by blanks; each key once. Addresses: lumberjack://,
 * lumberjack+tls://, syslog+udp://, syslog+tcp://, syslog+tls:// with HOST[:PORT], unix:///PATH for
 * a stream socket of lines, capture://INTERFACE for its packets, and "-" for lines on standard
 * input. Keys: name, certificate, key, ca, client (required or optional: whether a peer has to show
 * a certificate of `ca`), connections, timeout, mode (of a socket's file), delay (how late its
 * records come at most); of a capture filter, snap, buffer, promiscuous. A value with blanks stands
 * in single or double quotes. Whatever cannot be is refused with the word that is wrong.
 */
#ifndef TC_RECEIVE_SETTINGS_H
#define TC_RECEIVE_SETTINGS_H

#include "parsers/base/time.h"

#define TC_LISTEN_TEXT 4096
#define TC_LISTEN_NAME 64

typedef enum tc_speech {
    TC_SPEAKS_LUMBERJACK, /* version 2 */
    TC_SPEAKS_SYSLOG,     /* RFC 3164 and 5424 */
    TC_SPEAKS_LINES,      /* of any log */
    TC_SPEAKS_PACKETS     /* of an interface */
} tc_speech;

typedef enum tc_way {
    TC_WAY_TCP,
    TC_WAY_TLS,
    TC_WAY_UDP,
    TC_WAY_UNIX,
    TC_WAY_STDIN,
    TC_WAY_INTERFACE
} tc_way;

/* Points into its own room: not to be copied. */
typedef struct tc_listen {
    char room[TC_LISTEN_TEXT];
    char name[TC_LISTEN_NAME + 1];
    tc_speech speech;
    tc_way way;
    const char *host; /* without the brackets of an IPv6 address */
    uint16_t port;
    const char *path; /* of a socket */
    const char *certificate, *key, *ca;
    bool client_optional;
    uint32_t connections; /* at once */
    int64_t timeout;      /* what is half a frame, or a handshake, for so long ends */
    uint32_t mode;
    int64_t delay; /* 0: not said */
    const char *interface;
    const char *filter; /* NULL: the default */
    uint32_t snap;      /* 0: the whole packet */
    uint64_t buffer;    /* 0: the default */
    bool promiscuous;
} tc_listen;

/* TC_ESYNTAX: what is wrong, and what would be right. */
TC_STATUS tc_listen_read(const char *text, tc_listen *ret, tc_error *reterr);
/* Whether others than this machine can speak to it and nothing is encrypted. */
bool tc_listen_is_exposed(const tc_listen *listen);

#endif
