/*
 * capture_file: the packets of a pcap or pcapng file, out of bytes that come in any pieces.
 *
 * pcap in both byte orders with micro- or nanoseconds, and in the form of A. Kuznetzov's patch;
 * pcapng in both byte orders, of several sections, with interfaces of differing link types, snap
 * lengths, resolutions and offsets of their clocks; Enhanced, Simple and (obsolete) Packet Blocks;
 * of Interface Statistics how many packets were dropped.
 * Blocks of other kinds are passed over, however long they are. A length that cannot be true ends
 * the file: behind it nothing says where a packet begins.
 *
 * The caller keeps what was not used and shows it again with more behind it: at most
 * TC_CAPTURE_RECORD_MAX bytes are ever needed at once.
 */
#ifndef TC_PACKET_CAPTURE_FILE_H
#define TC_PACKET_CAPTURE_FILE_H

#include "parsers/base/time.h"

#define TC_CAPTURE_PACKET_MAX ((size_t)256 << 10) /* as libpcap: no packet is longer */
#define TC_CAPTURE_RECORD_MAX (TC_CAPTURE_PACKET_MAX + 4096)
#define TC_CAPTURE_INTERFACES ((size_t)65536)

typedef struct tc_packet {
    tc_slice bytes;       /* as far as they were kept */
    uint32_t wire_length; /* that it had */
    uint32_t link;        /* LINKTYPE_... of its first header; UINT32_MAX: not said */
    tc_time time;         /* TC_TIME_NONE: not said */
} tc_packet;

typedef struct tc_capture_interface {
    uint16_t link;
    uint8_t resolution; /* if_tsresol */
    uint32_t snap;      /* 0: no limit */
    int64_t offset;     /* seconds */
    uint64_t dropped;   /* as its statistics said last */
} tc_capture_interface;

typedef struct tc_capture_file {
    bool begun;
    bool ng;
    bool big_endian;
    bool nano;
    bool broken;         /* a length was impossible: nothing more is read */
    uint8_t record_head; /* bytes before a packet of pcap */
    uint16_t link;
    uint32_t sections;                /* that were begun */
    uint64_t skip;                    /* bytes of a passed block that are still to come */
    uint64_t dropped;                 /* packets, by statistics: whoever reads takes them */
    tc_capture_interface *interfaces; /* of the section */
    size_t count;
    size_t capacity;
} tc_capture_file;

typedef enum tc_capture_step {
    TC_CAPTURE_MORE,   /* show more bytes */
    TC_CAPTURE_PACKET, /* *ret_packet */
    TC_CAPTURE_PASSED, /* bytes that are no packet */
    TC_CAPTURE_BROKEN, /* once, where the file cannot be read on */
    TC_CAPTURE_NO_MEMORY
} tc_capture_step;

void tc_capture_file_init(tc_capture_file *file);
void tc_capture_file_done(tc_capture_file *file);
/* Looks at the front of `bytes`; *ret_used are done with. */
tc_capture_step tc_capture_file_next(tc_capture_file *file, tc_slice bytes, size_t *ret_used,
                                     tc_packet *ret_packet);

#endif
