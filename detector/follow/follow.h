/*
 * follow: which files there are under some patterns, and their bytes as they grow.
 *
 * Knows files and bytes; nothing of formats, records or what is kept where. What is followed is a
 * *stream*: one generation of one file, under a number that is given once in a process and a key
 * that lasts over restarts. A file that is renamed, or replaced by a copy that begins with what was
 * read, is the same stream; one that was truncated, replaced, or grew anew past the offset begins
 * a new one at 0. Packed files (gzip, zstd, xz) are streams of what they hold: a rotated copy of
 * what was read is passed over, one that holds more is read from there on.
 *
 * Who is who: device and inode, or the path, or the same first bytes make a candidate; it is
 * accepted only when the first bytes (up to 4,096) and the 256 bytes before the place read up to
 * are the same. Equal first bytes alone count only with a line that is no header, and among files
 * of one folder and those below it. Hard links are one stream, under the path that was there first.
 *
 * The truth is a walk of all folders, every second (network file systems: five); inotify only makes
 * it come earlier. A walk never takes more than a fifth of the time. Every mount has a thread of
 * its own that alone touches it, so one that hangs delays only itself (and is told as FAILED after
 * half a minute); new mounts below a pattern
 * are found by the system's table of mounts, without touching them. Files are opened read-only,
 * never locked, and never block: what is no regular file is refused. Below the fixed part of a
 * pattern links are not followed unless asked. Names that begin with a dot (rsync's temporary
 * ones) are left alone. At most `open_max` files are open, and none for longer than close_after
 * after it was last seen to grow.
 *
 * Memory: some 400 bytes and the path for a file at rest, 200 more for a stream that was told and
 * not closed; at most 4 MiB read ahead for each mount.
 *
 * One thread calls next and the streams' read; point_at, drop and counts may come from any. All
 * memory is the library's.
 */
#ifndef TC_FOLLOW_FOLLOW_H
#define TC_FOLLOW_FOLLOW_H

#include "detector/input/bytes.h"
#include "parsers/base/time.h"
#include "parsers/base/visit.h"

#define TC_FOLLOW_NO_STREAM UINT32_MAX
#define TC_FOLLOW_PATH_MAX ((size_t)4096)

typedef struct tc_follow tc_follow;

/* The time, for what is kept and what is waited for; steps do no harm but to those waits. Called
 * from any thread. */
typedef struct tc_follow_clock {
    void *context;
    tc_time (*now)(void *context);
} tc_follow_clock;

typedef struct tc_follow_options {
    /* Files, folders (all that is below them) and globs ('*', '?' within a name, a name "**" for
     * any folders); relative ones are taken from where the process stands. */
    const tc_slice *patterns;
    size_t pattern_count;
    bool follow_links;       /* below a pattern's fixed part */
    bool no_inotify;         /* walks alone */
    uint32_t local_ms;       /* between walks; 0: 1,000 */
    uint32_t network_ms;     /* 0: 5,000 */
    uint32_t close_after_s;  /* 0: 300 */
    uint32_t nul_after_s;    /* how long zeros may wait to be overwritten; 0: 600 */
    uint32_t forget_after_s; /* what is gone so long is forgotten; 0: seven days */
    uint32_t open_max;       /* files open at once; 0: 512 */
    const char *mounts;      /* the table of mounts; NULL: the system's */
    int bell;                /* a descriptor that ends a wait when it can be read; 0: none */
    bool may_be_none;        /* no pattern is no error */
    tc_follow_clock clock;
} tc_follow_options;

/* What must be remembered of a stream to go on at an offset, also after its file was renamed,
 * replaced or packed. Kept under `key`; the path is not owned. */
typedef struct tc_follow_point {
    uint64_t key;
    uint64_t offset;
    uint64_t device, inode;
    uint64_t size;   /* of the file when it was read up to here, as to its end, and its time of */
    tc_time changed; /* change then: with the same two it is not opened. UINT64_MAX: it was not */
    uint64_t head_hash; /* of the first head_length bytes */
    uint64_t tail_hash; /* of the 256 bytes before tail_at, which is not behind the offset */
    uint64_t tail_at;
    tc_time gone; /* since when there is no such file; TC_TIME_NONE: it is there */
    uint32_t generation;
    uint16_t head_length;
    bool telling; /* the first bytes hold a line that is no header */
    bool packed;
    bool dropped;
    tc_slice path;
} tc_follow_point;

typedef enum tc_follow_kind {
    TC_FOLLOW_NOTHING = 0, /* within the time to wait */
    TC_FOLLOW_NEW,         /* a stream: number, key, path, offset it goes on from, generation */
    TC_FOLLOW_MORE,        /* the stream has bytes to read */
    TC_FOLLOW_RENAMED,     /* its file has another path now */
    TC_FOLLOW_GAP,         /* bytes that will not come: `why`, `bytes` (0: how many is not known) */
    TC_FOLLOW_ENDED,       /* nothing comes after what there is to read; keep its point */
    TC_FOLLOW_FAILED,      /* `path` cannot be read: `error`; goes on by itself when it can */
    TC_FOLLOW_WORKS,       /* it can be read again */
    TC_FOLLOW_FORGOTTEN,   /* gone for seven days: forget the point of that key */
    TC_FOLLOW_SETTLED      /* once: every mount that answers was walked, known streams are found */
} tc_follow_kind;

typedef enum tc_follow_why {
    TC_FOLLOW_ZEROS,     /* zeros that nobody overwrote were passed over */
    TC_FOLLOW_TRUNCATED, /* cut off or replaced; what was written last may not have been read. Of
                          * what was deleted after it was read this is told as little as where no
                          * other file got its inode, if the file system says when files were made
                          */
    TC_FOLLOW_DAMAGED    /* what is packed could not be unpacked to its end */
} tc_follow_why;

/* Texts and the error live until the next call of next. */
typedef struct tc_follow_event {
    tc_follow_kind kind;
    uint32_t number; /* TC_FOLLOW_NO_STREAM: FAILED and WORKS of a folder or of an unread file */
    uint64_t key;
    tc_slice path;
    uint64_t offset;
    uint32_t generation;
    tc_follow_why why;
    uint64_t bytes;
    const tc_error *error;
} tc_follow_event;

typedef struct tc_follow_counts {
    uint64_t streams;     /* told as NEW */
    uint64_t files;       /* known, at rest or not */
    uint64_t open;        /* descriptors */
    uint64_t passed_over; /* copies of what was read */
    uint64_t behind;      /* bytes seen on disk and not read yet, about */
    uint64_t waiting;     /* bytes read and not taken yet */
    uint64_t walks;
    uint64_t mounts;
} tc_follow_counts;

/* Refuses (TC_ESYNTAX) a pattern that is empty or too long, or, unless it may be so, none at all.
 */
TC_STATUS tc_follow_new(const tc_follow_options *options, tc_follow **ret, tc_error *reterr);
/* What is remembered of a stream; before start. */
TC_STATUS tc_follow_know(tc_follow *follow, const tc_follow_point *point);
/* Begins to look. */
TC_STATUS tc_follow_start(tc_follow *follow, tc_error *reterr);
/* Stops and frees; of threads that hang in the system it waits for at most two seconds and leaves
 * their memory to the end of the process. NULL is fine. */
void tc_follow_free(tc_follow *follow);

/* The next event, waiting for at most so many milliseconds. Events of one stream come in their
 * order; NEW comes first. */
void tc_follow_next(tc_follow *follow, uint32_t wait_ms, tc_follow_event *ret);
/* The bytes of a stream, from the offset of its NEW: MORE, IDLE, and END after ENDED. close frees
 * what was not taken; the number stays good for point_at until that of its end was taken, too. */
tc_bytes tc_follow_bytes(tc_follow *follow, uint32_t number);
/* The point to go on from after `taken` bytes of the stream in this process (at most as many as
 * were read; never less than asked before). Gaps are counted in. The path lives until the next
 * call. TC_ELIMIT: there is no such stream any more. */
TC_STATUS tc_follow_point_at(tc_follow *follow, uint32_t number, uint64_t taken,
                             tc_follow_point *ret);
/* The stream is not wanted: it is not read on, as long as it is the same file; remembered in its
 * point. */
void tc_follow_drop(tc_follow *follow, uint32_t number);
/* Looks at once, instead of at the next walk. */
void tc_follow_look(tc_follow *follow);
tc_follow_counts tc_follow_counts_of(tc_follow *follow);

/* Saves or loads a point within a section of the caller's, with a version of its own. A loaded path
 * lives until the next text. */
void tc_follow_point_visit(tc_follow_point *point, tc_visit *visit);

#endif
