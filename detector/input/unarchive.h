/*
 * unarchive: the members of one archive, one behind the other.
 *
 * Reads, with the archive library (library.h): tar, zip, 7-Zip, cpio, ar, and what is packed in
 * ways that this program does not undo itself (bzip2, lz4, lzip, lzma, compress), which is an
 * archive of one member without a name, or of a tar's. Formats that nobody keeps logs in are not
 * linked in, nor are filters that start programs. Nothing is ever written, and no name of a member
 * is ever opened.
 *
 * The library stops where an archive ends; a file need not. What follows is looked at: zeros are
 * gone over, another archive or more packed data are read on, and anything else is damage, told
 * when all members have been given. So is what stands where a member's header should.
 *
 * Bounds, each with words of its own: members of an archive, bytes of a member's name, archives and
 * pieces of packed data one behind another, and bytes that come out of all members together against
 * the size of the file (TC_CAP_RATIO). What a decoder asks for is bounded by what it may put out:
 * its memory is not touched before.
 *
 * An archive that can be read in any order (a plain file) is read by its directory, if that is not
 * absurdly long; any other as it comes, and then its directory only says whether all were met.
 */
#ifndef TC_INPUT_UNARCHIVE_H
#define TC_INPUT_UNARCHIVE_H

#include "detector/input/bytes.h"
#include "parsers/base/str.h"
#include "parsers/base/time.h"

#define TC_ARCHIVE_MEMBERS (UINT64_C(1) << 20)
#define TC_ARCHIVE_NAME 3000 /* bytes of a member's name */

typedef struct tc_unarchive tc_unarchive;

typedef enum tc_archived_kind {
    TC_ARCHIVED_FILE,
    TC_ARCHIVED_LINK,  /* a symbolic link */
    TC_ARCHIVED_OTHER, /* a folder, a device, another name of a member that came before */
    TC_ARCHIVED_LOCKED /* encrypted */
} tc_archived_kind;

typedef struct tc_archived {
    tc_archived_kind kind;
    tc_slice name;   /* as written, valid until the next one; empty if it has none */
    tc_slice target; /* likewise, of a member that it is another name of; empty if it is not */
    uint64_t size;   /* bytes that it says it holds; 0 if it does not say */
    tc_time written; /* when it was last written to, as it says; 0 if it does not */
} tc_archived;

/* Begins to read from the descriptor of a plain file (which is closed then, whatever happens), or
 * from bytes that are never IDLE and outlive it. `size`: of the file on disk that all of it lies
 * in. `raw`: what is packed need hold no archive. */
TC_STATUS tc_unarchive_open_file(int fd, uint64_t size, bool raw, tc_unarchive **ret,
                                 tc_error *reterr);
TC_STATUS tc_unarchive_open_on(tc_bytes below, uint64_t size, bool raw, tc_unarchive **ret,
                               tc_error *reterr);
/* NULL is fine. */
void tc_unarchive_close(tc_unarchive *archive);
/* The next member, or *ret_more false behind the last. A failure (damage, a bound) is the archive's
 * end; members before it are sound. */
TC_STATUS tc_unarchive_next(tc_unarchive *archive, tc_archived *ret, bool *ret_more,
                            tc_error *reterr);
/* The bytes of the member that came last; they live until the next. Closing them does nothing. */
tc_bytes tc_unarchive_data(tc_unarchive *archive);
/* Adds ", libarchive VERSION", as linked. */
void tc_unarchive_library(tc_str *out);

#endif
