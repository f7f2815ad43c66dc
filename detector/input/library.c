#include "detector/input/library.h"

#include "detector/input/stretches.h"
#include "parsers/base/alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

enum {
    PIECE = 64 * 1024,
    RETRIES = 16,
    MAGIC = 4,               /* bytes of lz4's */
    DIRECTORY_MAX = 1 << 17, /* entries of a directory that is held in memory */
};

struct tc_library {
    struct archive *archive;
    tc_below *below;
    uint64_t base; /* of what is below, where the archive begins */
    bool raw;
};

/* -- what the library reads from ------------------------------------------------------------- */

static la_ssize_t read_below(struct archive *a, void *context, const void **ret)
{
    tc_library *l = context;
    const uint8_t *piece = NULL;
    int64_t n = tc_below_read(l->below, &piece);
    *ret = piece;
    if (n < 0) archive_set_error(a, EIO, "cannot read");
    return (la_ssize_t)n;
}

static la_int64_t seek_file(struct archive *a, void *context, la_int64_t offset, int whence)
{
    (void)a;
    tc_library *l = context;
    la_int64_t base = 0;
    la_int64_t to;
    if (whence == SEEK_CUR) base = (la_int64_t)(l->below->at - l->below->again - l->base);
    if (whence == SEEK_END) base = (la_int64_t)(l->below->to - l->base);
    if (__builtin_add_overflow(base, offset, &to) || to < 0) return ARCHIVE_FATAL;
    return tc_below_go(l->below, l->base + (uint64_t)to) ? to : ARCHIVE_FATAL;
}

static la_int64_t skip_file(struct archive *a, void *context, la_int64_t wanted)
{
    (void)a;
    tc_library *l = context;
    uint64_t at = l->below->at - l->below->again;
    uint64_t rest = at < l->below->to ? l->below->to - at : 0;
    uint64_t n = TC_MIN((uint64_t)TC_MAX(wanted, 0), rest);
    return tc_below_go(l->below, at + n) ? (la_int64_t)n : 0;
}

/* -- opening --------------------------------------------------------------------------------- */

/* A directory that is not absurdly long. */
static bool directory_fits(const tc_library *l)
{
    return l->below->fd >= 0 &&
           tc_stretches_entries(l->below->fd, l->base, l->below->to) <= DIRECTORY_MAX;
}

static bool add_formats(const tc_library *l)
{
    struct archive *a = l->archive;
    int worst = ARCHIVE_OK;
    const int answers[] = {
        archive_read_support_filter_bzip2(a),
        archive_read_support_filter_lz4(a),
        archive_read_support_filter_lzip(a),
        archive_read_support_filter_compress(a),
        l->raw ? archive_read_support_filter_lzma(a) : ARCHIVE_OK,
        archive_read_support_format_tar(a),
        archive_read_support_format_cpio(a),
        archive_read_support_format_ar(a),
        archive_read_support_format_7zip(a),
        archive_read_support_format_zip_streamable(a),
        directory_fits(l) ? archive_read_support_format_zip_seekable(a) : ARCHIVE_OK,
        l->raw ? archive_read_support_format_raw(a) : ARCHIVE_OK,
        l->raw ? archive_read_support_format_empty(a) : ARCHIVE_OK,
    };
    for (size_t i = 0; i < TC_COUNT_OF(answers); i++)
        worst = TC_MIN(worst, answers[i]);
    return worst == ARCHIVE_OK;
}

/* What the library says is cut to letters: it may quote the file. */
TC_STATUS tc_library_tell(const tc_library *library, const char *what, tc_error *reterr)
{
    const tc_library *l = library;
    if (l->below->failure.code != TC_OK) {
        if (reterr) *reterr = l->below->failure;
        return (tc_status){l->below->failure.code};
    }
    char text[160] = "";
    const char *said = archive_error_string(l->archive);
    size_t n = 0;
    for (; said && said[n] && n + 1 < sizeof text; n++)
        text[n] = said[n] >= ' ' && said[n] <= '~' ? said[n] : '?';
    text[n] = '\0';
    return tc_fail(reterr, archive_errno(l->archive) == ENOMEM ? TC_ENOMEM : TC_EIO, "%s%s", what,
                   n > 0 ? text : "it is damaged");
}

static TC_STATUS begin(tc_library *l, tc_error *reterr)
{
    l->archive = archive_read_new();
    if (!l->archive || !add_formats(l)) return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    (void)archive_read_set_options(l->archive, "hdrcharset=UTF-8");
    /* What follows the end of a tar is another one, or damage, and must not be lost. */
    (void)archive_read_set_option(l->archive, "tar", "read_concatenated_archives", "1");
    if (l->below->fd >= 0) {
        (void)archive_read_set_seek_callback(l->archive, seek_file);
        (void)archive_read_set_skip_callback(l->archive, skip_file);
    }
    (void)archive_read_set_read_callback(l->archive, read_below);
    (void)archive_read_set_callback_data(l->archive, l);
    if (archive_read_open1(l->archive) == ARCHIVE_OK) return TC_SUCCESS;
    return tc_library_tell(l, "", reterr);
}

TC_STATUS tc_library_open(tc_below *below, bool raw, tc_library **ret, tc_error *reterr)
{
    tc_library *l = tc_alloc(1, sizeof *l);
    *ret = l;
    if (!l) return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    l->below = below;
    l->raw = raw;
    l->base = below->at - below->again;
    return begin(l, reterr);
}

void tc_library_close(tc_library *library)
{
    if (!library) return;
    if (library->archive) (void)archive_read_free(library->archive);
    tc_free(library);
}

/* -- what it is ------------------------------------------------------------------------------ */

tc_library_format tc_library_format_of(const tc_library *library)
{
    static const struct {
        int code;
        tc_library_format format;
    } formats[] = {
        {ARCHIVE_FORMAT_RAW, TC_LIBRARY_RAW}, {ARCHIVE_FORMAT_EMPTY, TC_LIBRARY_EMPTY},
        {ARCHIVE_FORMAT_TAR, TC_LIBRARY_TAR}, {ARCHIVE_FORMAT_CPIO, TC_LIBRARY_CPIO},
        {ARCHIVE_FORMAT_ZIP, TC_LIBRARY_ZIP},
    };
    int code = archive_format(library->archive);
    for (size_t i = 0; i < TC_COUNT_OF(formats); i++)
        if ((code & ARCHIVE_FORMAT_BASE_MASK) == formats[i].code) return formats[i].format;
    return code == 0 ? TC_LIBRARY_UNKNOWN : TC_LIBRARY_OTHER;
}

bool tc_library_is_packed(const tc_library *library)
{
    return archive_filter_code(library->archive, 0) != ARCHIVE_FILTER_NONE;
}

bool tc_library_is_nothing(const tc_library *library)
{
    return tc_library_format_of(library) == TC_LIBRARY_RAW && !tc_library_is_packed(library);
}

/* Of the decoders, that of the bytes as they come from below. */
static int lowest(const tc_library *l)
{
    int count = archive_filter_count(l->archive);
    return count > 1 ? count - 2 : 0;
}

const char *tc_library_packing(const tc_library *library)
{
    return archive_filter_name(library->archive, lowest(library));
}

/* -- where it stands ------------------------------------------------------------------------- */

static uint64_t bytes_of(const tc_library *l, int filter)
{
    return (uint64_t)TC_MAX(archive_filter_bytes(l->archive, filter), (la_int64_t)0);
}

uint64_t tc_library_begin(const tc_library *library)
{
    return library->base;
}

uint64_t tc_library_at(const tc_library *library)
{
    return library->base + bytes_of(library, 0);
}

bool tc_library_go_to_rest(const tc_library *library)
{
    const tc_library *l = library;
    uint64_t used = bytes_of(l, -1);
    uint64_t at = l->base + used;
    if (l->below->failure.code != TC_OK || !tc_below_has(l->below, at, 1)) return false;
    /* The decoder of lz4 takes four bytes that are no magic of its own, and leaves it at that. */
    bool took = archive_filter_code(l->archive, lowest(l)) == ARCHIVE_FILTER_LZ4 && used > MAGIC &&
                tc_below_has(l->below, at, MAGIC);
    return tc_below_go(l->below, took ? at - MAGIC : at);
}

/* -- members --------------------------------------------------------------------------------- */

static tc_slice name_of(struct archive *archive, struct archive_entry *entry)
{
    if (archive_format(archive) == ARCHIVE_FORMAT_RAW) return TC_EMPTY_SLICE;
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name) name = archive_entry_pathname(entry);
    return tc_slice_of(name ? name : "?");
}

/* Formats differ in which of the names of a file its bytes stand under. */
static bool has_bytes(struct archive_entry *entry)
{
    return archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0;
}

/* Only ever compared with names. */
static tc_slice target_of(struct archive_entry *entry)
{
    if (has_bytes(entry)) return TC_EMPTY_SLICE;
    const char *target = archive_entry_hardlink_utf8(entry);
    if (!target) target = archive_entry_hardlink(entry);
    return tc_slice_of(target ? target : "");
}

static tc_archived_kind kind_of(struct archive *archive, struct archive_entry *entry)
{
    if (archive_entry_is_encrypted(entry)) return TC_ARCHIVED_LOCKED;
    if (archive_format(archive) == ARCHIVE_FORMAT_RAW) return TC_ARCHIVED_FILE;
    if (archive_entry_filetype(entry) == AE_IFLNK) return TC_ARCHIVED_LINK;
    /* ar need not say what it holds, which is files. */
    bool file = archive_entry_filetype(entry) == AE_IFREG || archive_entry_filetype(entry) == 0;
    if (!file) return TC_ARCHIVED_OTHER;
    return archive_entry_hardlink(entry) && !has_bytes(entry) ? TC_ARCHIVED_OTHER
                                                              : TC_ARCHIVED_FILE;
}

/* Whatever an archive claims; 0 is nothing. */
static tc_time seconds(time_t s)
{
    return s > 0 && s <= INT64_MAX / TC_SECOND ? (tc_time)s * TC_SECOND : 0;
}

static void describe(struct archive *archive, struct archive_entry *entry, tc_archived *ret)
{
    la_int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
    *ret = (tc_archived){.kind = kind_of(archive, entry), .name = name_of(archive, entry)};
    ret->name = tc_slice_sub(ret->name, 0, TC_ARCHIVE_NAME);
    ret->target = tc_slice_sub(target_of(entry), 0, TC_ARCHIVE_NAME);
    ret->size = size > 0 ? (uint64_t)size : 0;
    if (archive_entry_mtime_is_set(entry)) ret->written = seconds(archive_entry_mtime(entry));
}

tc_library_answer tc_library_next(tc_library *library, tc_archived *ret)
{
    struct archive_entry *entry = NULL;
    int answer = archive_read_next_header(library->archive, &entry);
    if (answer == ARCHIVE_EOF) return TC_LIBRARY_END;
    if (answer == ARCHIVE_RETRY) return TC_LIBRARY_GAP;
    if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) return TC_LIBRARY_FAILED;
    describe(library->archive, entry, ret);
    return TC_LIBRARY_MEMBER;
}

int64_t tc_library_read(tc_library *library, uint8_t *buffer, size_t room)
{
    la_ssize_t n = ARCHIVE_RETRY;
    for (int i = 0; i < RETRIES && n == ARCHIVE_RETRY; i++)
        n = archive_read_data(library->archive, buffer, TC_MIN(room, (size_t)PIECE));
    return n;
}

const char *tc_library_version(void)
{
    return archive_version_string();
}
