/*
 * packing: the kinds of compression that are undone, one row each.
 *
 * A row says how a kind is recognised and how one member of it (a gzip member, a zstd frame, an xz
 * stream) is decoded in pieces. Several members may follow one another in a file; that, damage and
 * the file's end are the business of unpack.h, and how much may come out of cap.h.
 *
 * A new kind is one file with its row, one line in packing.c, and one in the tests' packed.c.
 */
#ifndef TC_INPUT_PACKING_H
#define TC_INPUT_PACKING_H

#include "parsers/base/str.h"

typedef enum tc_unpacked {
    TC_UNPACKED_SOME,        /* the output is full, or the input is used up */
    TC_UNPACKED_MEMBER,      /* the member is complete and its checksum right */
    TC_UNPACKED_DAMAGED,     /* broken: see problem */
    TC_UNPACKED_OVER_MEMORY, /* it needs more than TC_CAP_WINDOW */
    TC_UNPACKED_NO_MEMORY,
} tc_unpacked;

typedef struct tc_magic {
    uint8_t length;
    uint8_t first_mask; /* the bits of the first byte that count */
    uint8_t bytes[6];
} tc_magic;

#define TC_MAGIC_MAX 6

struct tc_chain;

typedef struct tc_packing {
    const char *name;   /* "gzip" */
    const char *suffix; /* ".gz"; NULL: names promise nothing */
    tc_magic magic;
    tc_magic other; /* another first frame; length 0 if there is none */
    bool capture;   /* of packets: what comes out depends on other files of the same wire */
    size_t padding; /* zeros behind a member come in multiples of this; 0: there may be none */
    void *(*create)(void); /* NULL without memory */
    void (*destroy)(void *decoder);
    /* Expects the first byte of a member next, whatever was before. */
    void (*begin)(void *decoder);
    /* Decodes the front of *in, which is advanced past what was used but never past the member,
     * into room bytes at out; *ret_got is how many it wrote, also when the result is not SOME. With
     * input and room it uses or writes something. What comes out before damage must not be lost: a
     * decoder that drops its output on an error is to be fed so that there is none to drop. */
    TC_MUST_USE tc_unpacked (*step)(void *decoder, tc_slice *in, uint8_t *out, size_t room,
                                    size_t *ret_got);
    /* What is wrong after TC_UNPACKED_DAMAGED, for a person. */
    const char *(*problem)(const void *decoder);
    /* Nothing follows, and that may be so anywhere: step, without input, gives what the decoder
     * still holds, until it gives nothing. NULL: only a whole member may end. */
    void (*finish)(void *decoder);
    /* Of captures: what is read next belongs to a chain, which outlives that (chain.h). In place of
     * begin, which was called. */
    void (*join)(void *decoder, struct tc_chain *chain);
    /* Adds the name and the version of the library that decodes it, as linked. NULL: none. */
    void (*library)(tc_str *out);
} tc_packing;

extern const tc_packing tc_packing_gzip;
extern const tc_packing tc_packing_zstd;
extern const tc_packing tc_packing_xz;
/* A capture of packets is packed, too: with what was said in it. */
extern const tc_packing tc_packing_pcap;
extern const tc_packing tc_packing_pcap_swapped;
extern const tc_packing tc_packing_pcap_patched;
extern const tc_packing tc_packing_pcapng;

/* The kind whose magic stands whole at the head; NULL if there is none. */
const tc_packing *tc_packing_of(tc_slice head);
/* The kind that a file's name promises by its last part; NULL if it promises none. */
const tc_packing *tc_packing_of_name(tc_slice name);
/* Whether a member may begin so: as many bytes of a magic as there are, at least one. */
bool tc_packing_begins(const tc_packing *packing, tc_slice head);
/* Adds the libraries of all kinds, each as ", NAME VERSION". */
void tc_packing_libraries(tc_str *out);
/* The name without the suffixes that promise a packing, and none if nothing but them is there. */
tc_slice tc_packing_strip(tc_slice name);

#endif
