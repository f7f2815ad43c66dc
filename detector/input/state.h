/*
 * state: what a tc_input holds. Private to detector/input.
 */
#ifndef TC_INPUT_STATE_H
#define TC_INPUT_STATE_H

#include "detector/input/glob.h"
#include "detector/input/input.h"
#include "detector/input/nest.h"
#include "detector/input/stream.h"
#include "detector/input/zone.h"
#include "parsers/base/map.h"

#include <stdatomic.h>

#define TC_SOURCES_MAX ((size_t)1 << 20)
#define TC_FOLDERS_MAX ((size_t)1 << 20)
#define TC_INPUT_MEMORY ((size_t)1 << 30)

/* Lengths at which the beginnings of sources are compared by hash: 16, 32, ... TC_HEAD_MAX. */
#define TC_STEM_FIRST 16
#define TC_STEM_COUNT 13

typedef struct tc_digest tc_digest;

/* A source and what only this folder knows of it. */
typedef struct tc_entry {
    tc_source source;
    uint32_t root;     /* where the last component of the user's argument begins in the path */
    bool once;         /* standard input or a pipe: cannot be opened again */
    tc_stream *stream; /* of such a one, until a reader takes it: open, the head already read */
    tc_slice head;
    tc_layers layers;            /* what every reading of it is made with */
    const struct tc_entry *lead; /* of a ring: its earliest capture; NULL: it is of none */
    uint64_t device;             /* of a regular file; the inode is 0 otherwise */
    uint64_t inode;
    uint64_t head_length;    /* decoded bytes of the head */
    bool whole;              /* the head is all there is */
    uint64_t tail;           /* the last eight bytes of the head, if it has sixteen */
    const uint64_t *stems;   /* hashes of its beginnings; dropped once duplicates are known */
    tc_nest *nest;           /* the archive that it lies in, or NULL */
    uint64_t number;         /* which of the members it is */
    uint64_t place;          /* which of the logs in the outermost archive */
    const tc_digest *digest; /* NULL until it is asked for (digest.h) */
} tc_entry;

typedef struct tc_zone_rule {
    tc_slice glob;
    tc_zone zone;
} tc_zone_rule;

struct tc_input {
    tc_arena *memory;   /* paths, errors, bounds: as long as the input */
    tc_entry **entries; /* each where it was made, in `memory`: what points to it stays right */
    /* Who adds sources is one thread; others may look at those that they were told of: `entries` is
     * not moved once it has been reserved. */
    atomic_size_t count;
    size_t capacity;
    bool reserved;
    tc_irrelevant *irrelevant;
    size_t irrelevant_count;
    size_t irrelevant_capacity;
    tc_map *irrelevant_folders;
    tc_slice *names; /* of irrelevant files, the first TC_IRRELEVANT_NAMES */
    size_t name_count;
    size_t name_capacity;
    tc_slice *links; /* not followed, the first TC_IRRELEVANT_NAMES */
    size_t link_name_count;
    size_t link_name_capacity;
    uint64_t link_count;
    tc_nest *nests; /* archives that are files, the last found first */
    const tc_parser *format;
    tc_parse_options options;
    tc_glob_rule *hosts;
    size_t host_count;
    tc_zone_rule *zones;
    size_t zone_count;
    tc_glob_rule *fields;
    size_t field_count;
    const tc_parser *fields_parser; /* of the format that they are for */
};

#endif
