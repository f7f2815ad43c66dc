#include "detector/input/unarchive.h"

#include "detector/input/cap.h"
#include "detector/input/library.h"
#include "detector/input/stretches.h"
#include "detector/input/zip_end.h"
#include "parsers/base/alloc.h"

#include <unistd.h>

enum {
    BLOCKS_MAX = 1 << 16, /* of what is no member, that are gone over to the next one */
    PIECES_MAX = 4096,    /* in which packed data go on behind zeros */
};

struct tc_unarchive {
    tc_library *library; /* of the archive that is being read */
    tc_below below;
    bool raw;
    tc_stretches stretches; /* of a plain file */
    size_t pieces;          /* in which it was begun anew behind the end of another */
    uint64_t size;
    uint64_t members;
    uint64_t before;  /* of them, in archives before the one that the library reads */
    uint64_t out;     /* bytes of all members */
    bool used_up;     /* the packed data of the member that came last, which is all there is */
    bool ended;       /* in other data, behind such a member */
    tc_error damage;  /* of the archive, behind which members were found: told at the end */
    tc_error failure; /* of the member */
};

/* -- opening --------------------------------------------------------------------------------- */

static TC_STATUS tell(const tc_error *error, tc_error *reterr)
{
    if (reterr) *reterr = *error;
    return (tc_status){error->code};
}

/* The library begins with what comes next from below. */
static TC_STATUS begin(tc_unarchive *u, tc_error *reterr)
{
    tc_library_close(u->library);
    u->before = u->members;
    return tc_library_open(&u->below, u->raw, &u->library, reterr);
}

/* The stretch of a plain file that comes next, of one or more. */
static TC_STATUS begin_stretch(tc_unarchive *u, tc_error *reterr)
{
    size_t at = --u->stretches.count;
    u->below.to = u->stretches.ends[at];
    if (tc_below_go(&u->below, u->stretches.starts[at])) return begin(u, reterr);
    return tc_fail(reterr, TC_EIO, "cannot read");
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
    u->size = size;
    u->raw = raw;
    bool ready = tc_below_start(&u->below, below, fd, size) &&
                 (fd < 0 || !tc_failed(tc_stretches_of(fd, size, &u->stretches)));
    tc_status status = !ready    ? tc_fail(reterr, TC_ENOMEM, "no memory to unpack")
                       : fd >= 0 ? begin_stretch(u, reterr)
                                 : begin(u, reterr);
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
    tc_library_close(archive->library);
    tc_below_done(&archive->below);
    tc_free(archive);
}

/* -- behind the end of an archive ------------------------------------------------------------ */

static bool is_of(const tc_unarchive *u, tc_library_format format)
{
    return tc_library_format_of(u->library) == format;
}

/* Goes to what is left of the bytes at the library's end, and on behind zeros. False: there is
 * nothing, or what is below failed. */
static bool go_to_rest(tc_unarchive *u)
{
    return tc_library_go_to_rest(u->library) && tc_below_skip_zeros(&u->below);
}

/* Begins anew with what is left. */
static TC_STATUS begin_piece(tc_unarchive *u, tc_error *reterr)
{
    if (u->pieces++ < PIECES_MAX) return begin(u, reterr);
    return tc_fail(reterr, TC_ELIMIT,
                   "more than %d archives or packed files stand one behind another in it; "
                   "unpack them",
                   PIECES_MAX);
}

/* The packed data of a member are used up, and others follow, which may be more of the same. */
static TC_STATUS read_on(tc_unarchive *u, tc_error *reterr)
{
    char name[32];
    tc_archived member;
    uint64_t at = u->below.at - u->below.again;
    (void)snprintf(name, sizeof name, "%s", tc_library_packing(u->library));
    tc_status status = begin_piece(u, reterr);
    if (status.code == TC_ENOMEM || status.code == TC_ELIMIT) return status;
    if (!tc_failed(status) && tc_library_next(u->library, &member) == TC_LIBRARY_MEMBER &&
        is_of(u, TC_LIBRARY_RAW) && tc_library_is_packed(u->library)) {
        return TC_SUCCESS;
    }
    return tc_fail(reterr, TC_EIO,
                   "damaged %s: other data follow the compressed data at byte %" PRIu64
                   "; what stands before them was read",
                   name, at);
}

static void note(tc_unarchive *u, const tc_error *error)
{
    if (u->damage.code == TC_OK) u->damage = *error;
}

/* What stands where a member should begin is none. */
static void note_gap(tc_unarchive *u)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_EIO, "other data than a member's stand before byte %" PRIu64,
                  tc_library_at(u->library));
    note(u, &error);
}

/* Of a header that should come next. */
static void note_failure(tc_unarchive *u)
{
    tc_error error = {0};
    tc_status status;
    bool nothing = tc_library_is_nothing(u->library);
    if (u->pieces > 0 && (nothing || is_of(u, TC_LIBRARY_UNKNOWN)))
        status = tc_fail(&error, TC_EIO, "other data follow at byte %" PRIu64,
                         tc_library_begin(u->library));
    else if (nothing)
        status = tc_fail(&error, TC_EIO, "nothing can be unpacked");
    else
        status = tc_library_tell(u->library, "", &error);
    if (tc_failed(status)) note(u, &error);
}

/* Of a zip file that was read as it comes: whether another begins behind its directory. */
static bool go_behind_zip(tc_unarchive *u)
{
    uint64_t entries;
    uint64_t met = u->members - u->before;
    if (!tc_library_go_to_rest(u->library) || !tc_zip_end_skip(&u->below, &entries)) return false;
    tc_error error = {0};
    if (entries > met &&
        tc_failed(tc_fail(&error, TC_EIO,
                          "%" PRIu64 " members stand in its directory, and %" PRIu64 " in it",
                          entries, met)))
        note(u, &error);
    return tc_below_skip_zeros(&u->below) && tc_below_starts(&u->below, TC_LIT("PK\3\4"));
}

/* Goes to what stands behind the end of an archive. False: nothing, or it is not known. */
static bool go_behind(tc_unarchive *u)
{
    bool plain = !tc_library_is_packed(u->library);
    if (is_of(u, TC_LIBRARY_ZIP)) return plain && u->below.fd < 0 && go_behind_zip(u);
    bool used_up = is_of(u, TC_LIBRARY_TAR) || is_of(u, TC_LIBRARY_EMPTY) ||
                   (is_of(u, TC_LIBRARY_RAW) && u->used_up) || (is_of(u, TC_LIBRARY_CPIO) && plain);
    return used_up && go_to_rest(u);
}

/* Goes on behind the end of an archive: *ret_more, with another. */
static TC_STATUS go_on(tc_unarchive *u, bool *ret_more, tc_error *reterr)
{
    tc_error error = {0};
    bool stretch = u->stretches.count > 0;
    *ret_more = stretch || go_behind(u);
    if (!*ret_more) return TC_SUCCESS;
    tc_status status = stretch ? begin_stretch(u, &error) : begin_piece(u, &error);
    if (tc_failed(status) && status.code != TC_EIO) return tell(&error, reterr);
    /* That it is damaged shows once more when its first member is looked for. */
    if (tc_failed(status)) note(u, &error);
    return TC_SUCCESS;
}

/* -- members --------------------------------------------------------------------------------- */

/* Zeros at the end of a tar need not be whole blocks. */
static bool is_only_padded(tc_unarchive *u)
{
    return is_of(u, TC_LIBRARY_TAR) && !tc_library_is_packed(u->library) &&
           tc_library_go_to_rest(u->library) && !tc_below_skip_zeros(&u->below) &&
           u->below.failure.code == TC_OK;
}

static tc_library_answer next_header(tc_unarchive *u, tc_archived *ret)
{
    tc_library_answer answer = TC_LIBRARY_GAP;
    for (int i = 0; i < BLOCKS_MAX && answer == TC_LIBRARY_GAP; i++) {
        answer = tc_library_next(u->library, ret);
        if (answer == TC_LIBRARY_GAP) note_gap(u);
    }
    if (answer == TC_LIBRARY_FAILED && is_only_padded(u)) return TC_LIBRARY_END;
    bool nothing = answer == TC_LIBRARY_MEMBER && tc_library_is_nothing(u->library);
    return nothing ? TC_LIBRARY_FAILED : answer;
}

/* What was wrong with the archives, when all of them are over. */
static TC_STATUS tell_all(const tc_unarchive *u, tc_error *reterr)
{
    if (u->stretches.more) {
        return tc_fail(reterr, TC_ELIMIT,
                       "more than %d zip archives stand one behind another in it; unpack them",
                       TC_STRETCHES_MAX);
    }
    if (u->damage.code != TC_OK) return tell(&u->damage, reterr);
    return u->below.failure.code != TC_OK ? tell(&u->below.failure, reterr) : TC_SUCCESS;
}

/* The next member in whichever of the archives it stands. */
static TC_STATUS find_member(tc_unarchive *u, tc_archived *ret, bool *ret_more, tc_error *reterr)
{
    bool more = true;
    *ret_more = false;
    while (more) {
        tc_library_answer answer = next_header(u, ret);
        *ret_more = answer == TC_LIBRARY_MEMBER;
        if (*ret_more) return TC_SUCCESS;
        if (answer != TC_LIBRARY_END) note_failure(u);
        if (answer != TC_LIBRARY_END && u->stretches.count == 0) break;
        TC_TRY(go_on(u, &more, reterr));
    }
    return tell_all(u, reterr);
}

TC_STATUS tc_unarchive_next(tc_unarchive *archive, tc_archived *ret, bool *ret_more,
                            tc_error *reterr)
{
    tc_unarchive *u = archive;
    *ret_more = false;
    if (u->ended) return TC_SUCCESS;
    TC_TRY(find_member(u, ret, ret_more, reterr));
    if (!*ret_more) return TC_SUCCESS;
    if (u->members++ == TC_ARCHIVE_MEMBERS) {
        *ret_more = false;
        return tc_fail(reterr, TC_ELIMIT, "holds more than %" PRIu64 " members; unpack it",
                       TC_ARCHIVE_MEMBERS);
    }
    u->failure = (tc_error){0};
    u->used_up = false;
    return TC_SUCCESS;
}

static bool is_over(const tc_unarchive *u)
{
    return u->out > TC_CAP_RATIO_FROM && u->out / TC_CAP_RATIO > u->size;
}

/* Of a member that is all there is of the packed data, also behind zeros among them. */
static int64_t read_pieces(tc_unarchive *u, uint8_t *buffer, size_t room)
{
    int64_t n = tc_library_read(u->library, buffer, room);
    while (n == 0 && is_of(u, TC_LIBRARY_RAW) && !u->ended) {
        u->used_up = true;
        if (!go_to_rest(u)) {
            u->failure = u->below.failure;
            break;
        }
        u->ended = tc_failed(read_on(u, &u->failure));
        if (!u->ended) n = tc_library_read(u->library, buffer, room);
    }
    return n;
}

static tc_bytes_result read_data(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_unarchive *u = context;
    if (u->failure.code != TC_OK) return tc_bytes_tell(&u->failure, reterr);
    int64_t n = read_pieces(u, buffer, room);
    if (u->failure.code != TC_OK) return tc_bytes_tell(&u->failure, reterr);
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
    if (tc_failed(tc_library_tell(u->library, "damaged in its archive: ", &error)))
        u->failure = error;
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
    tc_str_add(out, tc_slice_of(tc_library_version()));
}
