/*
 * sniff: which layers a file needs, by its first bytes.
 */
#ifndef TC_INPUT_SNIFF_H
#define TC_INPUT_SNIFF_H

#include "detector/input/stream.h"

#define TC_SNIFF_MAGIC 16

typedef struct tc_sniffed {
    tc_layers layers;
    /* The first bytes as they lie there (unpacked, but not decoded); zeros behind the end. */
    uint8_t magic[TC_SNIFF_MAGIC];
    tc_slice head; /* more of the same; valid until the stream is read */
} tc_sniffed;

/* Looks at what the stream, started and without layers, begins with, and puts on it what it needs,
 * which is *ret. No packing goes on beyond TC_CAP_DEPTH: what is packed more often shows as such.
 * `name` is the file's: it decides for a file that ends within a magic. A failure is lack of
 * memory; read errors and damage are met by who reads. */
TC_STATUS tc_sniff(tc_stream *stream, tc_slice name, tc_sniffed *ret, tc_error *reterr);
/* The two halves of it: what a file is packed with, and how the text in it is written. The bytes of
 * a binary format are no text, whatever they look like. */
TC_STATUS tc_sniff_packings(tc_stream *stream, tc_slice name, tc_sniffed *ret, tc_error *reterr);
TC_STATUS tc_sniff_text(tc_stream *stream, tc_sniffed *sniffed, tc_error *reterr);

#endif
