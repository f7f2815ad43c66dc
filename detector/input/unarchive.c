#include "detector/input/unarchive.h"

#include "detector/input/cap.h"
#include "parsers/base/alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <unistd.h>

enum {
    PIECE = 64 * 1024,
    RETRIES = 16,
    END_OF_ZIP = 22,         /* the record that ends a zip file */
    COMMENT = 65535,         /* bytes that may follow it */
    DIRECTORY_MAX = 1 << 17, /* entries of a directory that is held in memory */
};

struct tc_unarchive {
    struct archive *archive;
    tc_bytes below; /* of no plain file */
    int fd;         /* of one, else -1 */
    uint64_t size;
    uint64_t at; /* in the file */
    uint64_t members;
    uint64_t out; /* bytes of all members */
    uint8_t *piece;
    tc_error under;   /* of the layer below */
    tc_error failure; /* of the member */
};

/* -- what the library reads from ------------------------------------------------------------- */

static la_ssize_t read_file(struct archive *a, void *context, const void **ret)
{
    tc_unarchive *u = context;
    ssize_t n;
    do {
        n = pread(u->fd, u->piece, PIECE, (off_t)u->at);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        (void)tc_fail_sys(&u->under, errno, NULL, "cannot read");
        archive_set_error(a, EIO, "cannot read");
        return -1;
    }
    u->at += (uint64_t)n;
    *ret = u->piece;
    return n;
}

static la_int64_t seek_file(struct archive *a, void *context, la_int64_t offset, int whence)
{
    (void)a;
    tc_unarchive *u = context;
    la_int64_t base = 0;
    la_int64_t to;
    if (whence == SEEK_CUR) base = (la_int64_t)u->at;
    if (whence == SEEK_END) base = (la_int64_t)u->size;
    if (__builtin_add_overflow(base, offset, &to) || to < 0) return ARCHIVE_FATAL;
    u->at = (uint64_t)to;
    return to;
}

static la_int64_t skip_file(struct archive *a, void *context, la_int64_t wanted)
{
    (void)a;
    tc_unarchive *u = context;
    uint64_t rest = u->at < u->size ? u->size - u->at : 0;
    uint64_t n = TC_MIN((uint64_t)TC_MAX(wanted, 0), rest);
    u->at += n;
    return (la_int64_t)n;
}

static la_ssize_t read_below(struct archive *a, void *context, const void **ret)
{
    tc_unarchive *u = context;
    size_t got = 0;
    *ret = u->piece;
    tc_bytes_result result = tc_bytes_read(u->below, u->piece, PIECE, &got, &u->under);
    if (result == TC_BYTES_FAILED) archive_set_error(a, EIO, "cannot read");
    return result == TC_BYTES_FAILED ? -1 : (la_ssize_t)got;
}

/* -- opening --------------------------------------------------------------------------------- */

/* How many entries the directory at a zip file's end says that it has; 0 if it says nothing. */
static uint64_t entries_said(int fd, uint64_t size, uint8_t *room)
{
    uint64_t most = 0;
    for (uint64_t back = PIECE; back <= 2 * (uint64_t)PIECE; back += PIECE - END_OF_ZIP) {
        uint64_t from = size > back ? size - back : 0;
        ssize_t n = pread(fd, room, PIECE, (off_t)from);
        for (ssize_t i = 0; i + END_OF_ZIP <= n; i++) {
            if (memcmp(room + i, "PK\5\6", 4) != 0) continue;
            uint64_t said = (uint64_t)room[i + 10] | (uint64_t)room[i + 11] << 8;
            most = TC_MAX(most, said == 0xFFFF ? UINT64_MAX : said);
        }
        if (from == 0 || back >= COMMENT + END_OF_ZIP) break;
    }
    return most;
}

/* Of the 65,535 that mean "more": how many there can be, by the size of the shortest entry. */
static bool directory_fits(const tc_unarchive *u)
{
    if (u->fd < 0) return false;
    uint64_t said = entries_said(u->fd, u->size, u->piece);
    return said < UINT64_MAX ? said <= DIRECTORY_MAX : u->size / 76 <= DIRECTORY_MAX;
}

static bool add_formats(const tc_unarchive *u, bool raw)
{
    struct archive *a = u->archive;
    int worst = ARCHIVE_OK;
    const int answers[] = {
        archive_read_support_filter_bzip2(a),
        archive_read_support_filter_lz4(a),
        archive_read_support_filter_lzip(a),
        archive_read_support_filter_compress(a),
        archive_read_support_format_tar(a),
        archive_read_support_format_7zip(a),
        archive_read_support_format_zip_streamable(a),
        directory_fits(u) ? archive_read_support_format_zip_seekable(a) : ARCHIVE_OK,
        raw ? archive_read_support_format_raw(a) : ARCHIVE_OK,
    };
    for (size_t i = 0; i < TC_COUNT_OF(answers); i++)
        worst = TC_MIN(worst, answers[i]);
    return worst == ARCHIVE_OK;
}

/* What the library says is cut to letters: it may quote the file. */
static TC_STATUS fail(tc_unarchive *u, const char *what, tc_error *reterr)
{
    if (u->under.code != TC_OK) {
        if (reterr) *reterr = u->under;
        return (tc_status){u->under.code};
    }
    char text[160] = "";
    const char *said = archive_error_string(u->archive);
    size_t n = 0;
    for (; said && said[n] && n + 1 < sizeof text; n++)
        text[n] = said[n] >= ' ' && said[n] <= '~' ? said[n] : '?';
    text[n] = '\0';
    return tc_fail(reterr, archive_errno(u->archive) == ENOMEM ? TC_ENOMEM : TC_EIO, "%s%s", what,
                   n > 0 ? text : "it is damaged");
}

static TC_STATUS begin(tc_unarchive *u, bool raw, tc_error *reterr)
{
    u->piece = tc_alloc(PIECE, 1);
    u->archive = archive_read_new();
    if (!u->piece || !u->archive || !add_formats(u, raw))
        return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    (void)archive_read_set_options(u->archive, "hdrcharset=UTF-8");
    bool file = u->fd >= 0;
    if (file) {
        (void)archive_read_set_seek_callback(u->archive, seek_file);
        (void)archive_read_set_skip_callback(u->archive, skip_file);
    }
    (void)archive_read_set_read_callback(u->archive, file ? read_file : read_below);
    (void)archive_read_set_callback_data(u->archive, u);
    return archive_read_open1(u->archive) == ARCHIVE_OK ? TC_SUCCESS : fail(u, "", reterr);
}

static TC_STATUS open_any(tc_bytes below, int fd, uint64_t size, bool raw, tc_unarchive **ret,
                          tc_error *reterr)
{
    tc_unarchive *u = tc_alloc(1, sizeof *u);
    *ret = NULL;
    if (!u) {
        if (fd >= 0) (void)close(fd);
        return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    }
    u->below = below;
    u->fd = fd;
    u->size = size;
    tc_status status = begin(u, raw, reterr);
    if (tc_failed(status))
        tc_unarchive_close(u);
    else
        *ret = u;
    return status;
}

TC_STATUS tc_unarchive_open_file(int fd, uint64_t size, bool raw, tc_unarchive **ret,
                                 tc_error *reterr)
{
    return open_any((tc_bytes){0}, fd, size, raw, ret, reterr);
}

TC_STATUS tc_unarchive_open_on(tc_bytes below, uint64_t size, bool raw, tc_unarchive **ret,
                               tc_error *reterr)
{
    return open_any(below, -1, size, raw, ret, reterr);
}

void tc_unarchive_close(tc_unarchive *archive)
{
    if (!archive) return;
    if (archive->archive) (void)archive_read_free(archive->archive);
    if (archive->fd >= 0) (void)close(archive->fd);
    tc_free(archive->piece);
    tc_free(archive);
}

/* -- members --------------------------------------------------------------------------------- */

static tc_slice name_of(struct archive *archive, struct archive_entry *entry)
{
    if (archive_format(archive) == ARCHIVE_FORMAT_RAW) return TC_EMPTY_SLICE;
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name) name = archive_entry_pathname(entry);
    return tc_slice_of(name ? name : "?");
}

static tc_archived_kind kind_of(struct archive *archive, struct archive_entry *entry)
{
    if (archive_entry_is_encrypted(entry)) return TC_ARCHIVED_LOCKED;
    if (archive_format(archive) == ARCHIVE_FORMAT_RAW) return TC_ARCHIVED_FILE;
    if (archive_entry_filetype(entry) == AE_IFLNK) return TC_ARCHIVED_LINK;
    if (archive_entry_filetype(entry) != AE_IFREG) return TC_ARCHIVED_OTHER;
    return archive_entry_hardlink(entry) ? TC_ARCHIVED_OTHER : TC_ARCHIVED_FILE;
}

/* Whatever an archive claims; 0 is nothing. */
static tc_time seconds(time_t s)
{
    return s > 0 && s <= INT64_MAX / TC_SECOND ? (tc_time)s * TC_SECOND : 0;
}

TC_STATUS tc_unarchive_next(tc_unarchive *archive, tc_archived *ret, bool *ret_more,
                            tc_error *reterr)
{
    tc_unarchive *u = archive;
    struct archive_entry *entry = NULL;
    int answer = ARCHIVE_RETRY;
    *ret_more = false;
    for (int i = 0; i < RETRIES && answer == ARCHIVE_RETRY; i++)
        answer = archive_read_next_header(u->archive, &entry);
    if (answer == ARCHIVE_EOF) return TC_SUCCESS;
    if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) return fail(u, "", reterr);
    /* The library gives what it cannot unpack as it is. */
    bool raw = archive_format(u->archive) == ARCHIVE_FORMAT_RAW;
    if (raw && archive_filter_code(u->archive, 0) == ARCHIVE_FILTER_NONE)
        return tc_fail(reterr, TC_EIO, "nothing can be unpacked");
    if (u->members++ == TC_ARCHIVE_MEMBERS) {
        return tc_fail(reterr, TC_ELIMIT, "holds more than %" PRIu64 " members; unpack it",
                       TC_ARCHIVE_MEMBERS);
    }
    u->failure = (tc_error){0};
    *ret = (tc_archived){.kind = kind_of(u->archive, entry), .name = name_of(u->archive, entry)};
    ret->name = tc_slice_sub(ret->name, 0, TC_ARCHIVE_NAME);
    la_int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
    ret->size = size > 0 ? (uint64_t)size : 0;
    if (archive_entry_mtime_is_set(entry)) ret->written = seconds(archive_entry_mtime(entry));
    *ret_more = true;
    return TC_SUCCESS;
}

static bool is_over(const tc_unarchive *u)
{
    return u->out > TC_CAP_RATIO_FROM && u->out / TC_CAP_RATIO > u->size;
}

static tc_bytes_result read_data(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_unarchive *u = context;
    if (u->failure.code != TC_OK) return tc_bytes_tell(&u->failure, reterr);
    la_ssize_t n = ARCHIVE_RETRY;
    for (int i = 0; i < RETRIES && n == ARCHIVE_RETRY; i++)
        n = archive_read_data(u->archive, buffer, TC_MIN(room, (size_t)PIECE));
    if (n == 0) return TC_BYTES_END;
    if (n > 0) {
        *ret_got = (size_t)n;
        u->out += (uint64_t)n;
        if (!is_over(u)) return TC_BYTES_MORE;
        (void)tc_fail(
            &u->failure, TC_ELIMIT,
            "the archive holds more than %u times its own size; unpack it if you trust it",
            TC_CAP_RATIO);
        return TC_BYTES_MORE;
    }
    tc_error error = {0};
    if (tc_failed(fail(u, "damaged in its archive: ", &error))) u->failure = error;
    return tc_bytes_tell(&u->failure, reterr);
}

static void close_nothing(void *context)
{
    (void)context;
}

tc_bytes tc_unarchive_data(tc_unarchive *archive)
{
    return (tc_bytes){archive, read_data, close_nothing};
}

void tc_unarchive_library(tc_str *out)
{
    tc_str_add(out, TC_LIT(", "));
    tc_str_add(out, tc_slice_of(archive_version_string()));
}
