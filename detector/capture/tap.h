/*
 * tap: packets of an interface, by a process of its own.
 *
 * That process opens the interface with libpcap and then gives up everything: its user, all powers,
 * files, and most calls (detector/guard). What it does from then on is to copy packets from the
 * kernel's ring to a socket, as frames: what it copies it does not look at. Whoever reads the
 * socket never has the right to capture. The process ends when the socket is closed, and not
 * before; if its reader is slow the kernel drops packets, counts them, and the count is handed on.
 *
 *     frame: kind, length (both 32 bits, of this machine's order), then so many bytes
 *
 * To be started while the process has one thread.
 */
#ifndef TC_CAPTURE_TAP_H
#define TC_CAPTURE_TAP_H

#include "parsers/base/slice.h"
#include "parsers/base/str.h"

#include <sys/types.h>

#define TC_TAP_FRAME_MAX ((size_t)1 << 20)
#define TC_TAP_SNAP_MAX ((uint32_t)262144)
#define TC_TAP_BUFFER ((uint64_t)16 << 20)
#define TC_TAP_FILTER_MAX ((size_t)4096)

typedef enum tc_tap_kind {
    TC_TAP_OPEN = 1, /* the interface is open; bytes: what could not be fenced in, in words */
    TC_TAP_PACKETS,  /* bytes of a pcap file, which begins with the first of these frames */
    TC_TAP_COUNTS,   /* a tc_tap_counts */
    TC_TAP_OVER      /* words: why nothing more comes */
} tc_tap_kind;

typedef struct tc_tap_head {
    uint32_t kind, length;
} tc_tap_head;

/* Since the interface was opened. */
typedef struct tc_tap_counts {
    uint64_t received;  /* that the filter let through */
    uint64_t dropped;   /* by the kernel, because the ring was full */
    uint64_t interface; /* by the interface or its driver */
} tc_tap_counts;

typedef struct tc_tap_settings {
    const char *interface;
    const char *filter; /* of libpcap; NULL: the ports of the protocols that are read */
    uint32_t snap;      /* bytes of each packet that are kept */
    uint64_t buffer;    /* bytes of the kernel's ring */
    bool promiscuous;
} tc_tap_settings;

typedef struct tc_tap {
    int fd; /* to read frames from; does not block */
    pid_t process;
    char lack[256]; /* what its process could not give up, in words; empty: nothing */
} tc_tap;

/* Begins it; TC_EIO with libpcap's words if the interface cannot be had. */
TC_STATUS tc_tap_start(const tc_tap_settings *settings, tc_tap *ret, tc_error *reterr);
/* Ends it and waits for its end. */
void tc_tap_stop(tc_tap *tap);

/* Appends ", libpcap 1.10.3". */
void tc_tap_library(tc_str *out);

/* The process itself (tap_process.c): never returns. */
TC_NORETURN void tc_tap_process(int socket, const tc_tap_settings *settings);
/* The filter if none is said (tap_filter.c); not `wrapped`: as much of it as every link knows. */
void tc_tap_default_filter(char *out, size_t room, bool wrapped);

#endif
