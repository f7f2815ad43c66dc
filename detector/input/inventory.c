#include "detector/input/inventory_look.h"

#include "detector/input/archive.h"
#include "detector/input/entries.h"
#include "detector/input/lead.h"
#include "detector/input/stretches.h"
#include "detector/input/written.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FIRST_LOOK = 4096 };
/* A log that begins behind more NUL bytes is not looked for. */
#define HOLE_MAX (UINT64_C(256) << 20)

/* Fills the head up to `size` bytes if there are so many; a failure after some is kept for later.
 */
static void read_head(tc_inventory *inventory, tc_look *l, size_t size)
{
    while (l->head.len < size && !l->end && !tc_failed(l->failure)) {
        size_t got = 0;
        l->failure = tc_stream_fill(inventory->stream, inventory->head + l->head.len,
                                    size - l->head.len, &got, &l->end, &l->error);
        if (!tc_failed(l->failure)) l->head.len += got;
    }
}

/* Takes the NUL bytes off its beginning, which is `start`; how many there were. */
static size_t cut_nuls(tc_slice *text, uint8_t *start)
{
    tc_slice rest = tc_lead_text(*text);
    size_t nuls = text->len - rest.len;
    if (nuls > 0) memmove(start, rest.ptr, rest.len);
    text->len = rest.len;
    return nuls;
}

/* A head of which most is NUL bytes says little of the file: what stands behind them does. */
static TC_STATUS look_behind(tc_inventory *inventory, tc_look *l)
{
    bool regular = S_ISREG(l->st.st_mode) && l->found->kind == TC_FOUND_FILE;
    tc_slice text = tc_lead_text(l->head);
    uint64_t hole = l->head.len - text.len;
    if (!regular || inventory->heads_only || hole < TC_HEAD_MAX / 2) return TC_SUCCESS;
    if (!inventory->behind) inventory->behind = tc_alloc(TC_HEAD_MAX, 1);
    if (!inventory->behind) return (tc_status){TC_ENOMEM};
    if (text.len > 0) memcpy(inventory->behind, text.ptr, text.len);
    text.ptr = inventory->behind;
    l->behind_end = l->end;
    while (text.len < TC_HEAD_MAX && hole <= HOLE_MAX && !l->behind_end && !tc_failed(l->failure)) {
        size_t got = 0;
        l->failure = tc_stream_fill(inventory->stream, inventory->behind + text.len,
                                    TC_HEAD_MAX - text.len, &got, &l->behind_end, &l->error);
        text.len += tc_failed(l->failure) ? 0 : got;
        hole += cut_nuls(&text, inventory->behind);
    }
    l->behind = text;
    return TC_SUCCESS;
}

/* A binary format is told before its bytes are taken for text. */
static TC_STATUS choose_binary(tc_inventory *inventory, tc_look *l)
{
    tc_slice magic = tc_slice_make(l->sniffed.magic, sizeof l->sniffed.magic);
    l->parser = inventory->input->format;
    if (!l->parser) TC_TRY(tc_parser_probe_binary(magic, l->name, &l->parser));
    if (l->parser && l->parser->binary) return TC_SUCCESS;
    return tc_sniff_text(inventory->stream, &l->sniffed, &l->error);
}

/* Which parser takes it. Most irrelevant files are told by their first few KiB. */
static TC_STATUS choose_parser(tc_inventory *inventory, tc_look *l)
{
    if (l->parser) {
        read_head(inventory, l, TC_HEAD_MAX);
        return TC_SUCCESS;
    }
    TC_TRY(tc_lead_probe(l->head, l->name, &l->parser));
    if (!l->parser && tc_lead_is_binary(tc_lead_text(l->head)) && !tc_look_keeps_logs(l) &&
        !tc_archive_may_begin_later(l->head, l->name)) {
        return TC_SUCCESS;
    }
    size_t before = l->head.len;
    const char *kind;
    read_head(inventory, l, TC_HEAD_MAX);
    if (tc_archive_of(l->head, l->name, &kind) == TC_ARCHIVE_UNREAD) return TC_SUCCESS;
    TC_TRY(look_behind(inventory, l));
    if (l->behind.len > 0) return tc_lead_probe(l->behind, l->name, &l->parser);
    return l->head.len > before ? tc_lead_probe(l->head, l->name, &l->parser) : TC_SUCCESS;
}

/* A file that no parser knows, though the user says which columns its lines have. */
static TC_STATUS try_given(tc_inventory *inventory, tc_look *l)
{
    const tc_input *input = inventory->input;
    tc_slice text = tc_lead_text(tc_look_text(l));
    if (tc_columns_given(input, l->path).len == 0 || tc_lead_is_binary(text)) return TC_SUCCESS;
    tc_line_shapes shapes = tc_line_shapes_of(text, tc_look_text_ends(l));
    if (!tc_likeness_is_timed(&shapes, l->name, tc_look_keeps_logs(l))) return TC_SUCCESS;
    l->parser = input->fields_parser;
    return tc_look_learn_columns(inventory, l, l->parser);
}

/* Cut off since it was opened, say; pseudo files have a size and no bytes, too, but no such name.
 */
static bool gave_nothing(const tc_look *l)
{
    return tc_look_size(l) > 0 && !tc_look_is_packed(l) && l->sniffed.layers.mark == 0 &&
           tc_look_keeps_logs(l);
}

/* Its parser has been looked for: it is that parser's log, or what else it looks like. */
static TC_STATUS add_looked_at(tc_inventory *inventory, tc_look *l)
{
    tc_input *input = inventory->input;
    tc_likeness evidence;
    tc_slice text = tc_lead_text(tc_look_text(l));
    if (!input->format && (tc_likeness_of_line_ends(text, &evidence) ||
                           (l->parser && l->parser->any && tc_likeness_of_json(text, &evidence))))
        return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
    if (tc_failed(l->parser ? tc_look_learn_columns(inventory, l, l->parser)
                            : try_given(inventory, l))) {
        return tc_look_add_unknown(inventory, l);
    }
    if (l->columns.doubt.len) {
        TC_TRY(tc_columns_doubt(input, &l->columns, &evidence));
        return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
    }
    if (l->parser) return tc_look_add_log(inventory, l);
    if (tc_failed(l->failure)) return tc_entry_unreadable(input, l->found, &l->error);
    return tc_look_add_unparsed(inventory, l);
}

static TC_STATUS look_at(tc_inventory *inventory, tc_look *l)
{
    tc_input *input = inventory->input;
    if (tc_failed(choose_binary(inventory, l))) return tc_look_add_unknown(inventory, l);
    l->head = tc_slice_make(inventory->head, 0);
    read_head(inventory, l, FIRST_LOOK);
    if (tc_failed(l->failure) && l->head.len == 0) {
        return tc_entry_unreadable(input, l->found, &l->error);
    }
    if (l->head.len == 0 && gave_nothing(l)) {
        return tc_entry_problem(input, l->found, "gave no byte, though it is not empty", 0);
    }
    if (l->head.len == 0) return tc_look_add_nothing(inventory, l);
    if (tc_failed(choose_parser(inventory, l))) return tc_look_add_unknown(inventory, l);
    return add_looked_at(inventory, l);
}

static int open_found(const tc_found *found)
{
    if (!found->name) return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    /* Should a file have become a pipe since it was looked at, opening must not wait for it. */
    int wait = found->kind == TC_FOUND_FILE ? O_NONBLOCK : 0;
    return openat(found->folder, found->name, O_RDONLY | O_CLOEXEC | O_NOCTTY | wait);
}

static void count_look(tc_inventory *inventory)
{
    const tc_looked *looked = &inventory->looked;
    inventory->files++;
    if (looked->told) looked->told(looked->context, inventory->files);
}

/* -- archives -------------------------------------------------------------------------------- */

static TC_STATUS add_member(void *context, const tc_found *found, uint64_t size);

/* What is wrong with an archive as a whole is told under its own name. */
static TC_STATUS tell_damage(tc_input *input, const tc_look *l, const char *kind,
                             const tc_error *problem)
{
    if (problem->code != TC_EIO) return tc_entry_unreadable(input, l->found, problem);
    tc_error error = {0};
    (void)tc_fail(&error, TC_EIO,
                  "this is %s, and damaged (%s): what stands before was read; "
                  "unpack it and scan the folder",
                  kind, problem->text);
    return tc_entry_unreadable(input, l->found, &error);
}

static TC_STATUS tell_locked(tc_input *input, const tc_look *l, const tc_nest_listed *listed)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_EUNSUPPORTED,
                  "%" PRIu64 " of its %" PRIu64
                  " members are encrypted: unpack it with its password and scan the folder",
                  listed->locked, listed->members);
    return tc_entry_unreadable(input, l->found, &error);
}

/* Hard links, the files of which were left out. */
static TC_STATUS tell_absent(tc_input *input, const tc_look *l, const tc_nest_listed *listed)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_EUNSUPPORTED,
                  "%" PRIu64 " of its %" PRIu64
                  " members are hard links to files that are not in it: give those files, or pack "
                  "it anew with tar --hard-dereference",
                  listed->absent, listed->members);
    return tc_entry_unreadable(input, l->found, &error);
}

static TC_STATUS add_archive(tc_inventory *inventory, tc_look *l, tc_archive_way way,
                             const char *kind)
{
    tc_input *input = inventory->input;
    if (way == TC_ARCHIVE_UNREAD || inventory->heads_only)
        return tc_entry_archive(input, l->found, kind);
    if (!S_ISREG(l->st.st_mode) || l->found->kind != TC_FOUND_FILE) {
        return tc_entry_problem(input, l->found,
                                "is an archive, which is not read from a stream: save it as a file",
                                0);
    }
    if (!tc_nesting_has_room(&inventory->nesting)) {
        return tc_entry_problem(input, l->found,
                                "is an archive inside others: unpack them and scan the folder", 0);
    }
    tc_met_archive met = {l->found, &l->sniffed.layers, tc_look_size(l), way == TC_ARCHIVE_RAW};
    tc_member_sink sink = {inventory, add_member};
    tc_nest_listed listed;
    TC_TRY(tc_nesting_list(&inventory->nesting, input, &met, &inventory->stream, &sink, &listed));
    bool damaged = listed.problem.code != TC_OK;
    if (damaged) TC_TRY(tell_damage(input, l, kind, &listed.problem));
    if (listed.absent > 0) TC_TRY(tell_absent(input, l, &listed));
    if (listed.locked > 0) return tell_locked(input, l, &listed);
    if (damaged || listed.members > 0) return TC_SUCCESS;
    l->head = l->sniffed.head;
    return tc_look_add_nothing(inventory, l);
}

/* A program that unpacks itself. */
static bool is_in_program(const tc_inventory *inventory, const tc_look *l)
{
    static const char *const endings[] = {".exe", ".sfx"};
    return tc_slice_starts(l->sniffed.head, TC_LIT("MZ")) && !tc_look_is_packed(l) &&
           tc_slice_ends_one_of(l->name, endings, TC_COUNT_OF(endings)) &&
           tc_stream_fd(inventory->stream) >= 0 &&
           tc_stretches_in_program(tc_stream_fd(inventory->stream), tc_look_size(l));
}

/* It is known what the file is packed with. */
static TC_STATUS add_sniffed(tc_inventory *inventory, tc_look *l)
{
    const char *kind = NULL;
    tc_archive_way way = tc_archive_of(l->sniffed.head, l->name, &kind);
    if (way == TC_ARCHIVE_NOT && is_in_program(inventory, l)) {
        way = TC_ARCHIVE_READ;
        kind = "a program that unpacks itself";
    }
    return way == TC_ARCHIVE_NOT ? look_at(inventory, l) : add_archive(inventory, l, way, kind);
}

/* The stream has been started. What stands in its head takes no room from other files. */
static TC_STATUS look_at_started(tc_inventory *inventory, tc_look *l)
{
    tc_input *input = inventory->input;
    if (l->options.schemas) l->options.schemas = tc_schemas_new_source(l->options.schemas);
    tc_status status =
        tc_sniff_packings(inventory->stream, tc_look_file_name(l), &l->sniffed, &l->error);
    if (input->options.schemas && !l->options.schemas) {
        status = tc_look_add_unknown(inventory, l);
    } else {
        status = tc_failed(status) ? tc_entry_unreadable(input, l->found, &l->error)
                                   : add_sniffed(inventory, l);
    }
    tc_schemas_free(l->options.schemas);
    tc_stream_stop(inventory->stream);
    return status;
}

static tc_time stamp_of(const struct stat *st)
{
    bool plain = S_ISREG(st->st_mode) && st->st_mtim.tv_sec > 0;
    return plain ? tc_time_add(0, st->st_mtim.tv_sec * TC_SECOND) : 0;
}

TC_STATUS tc_inventory_add(void *context, const tc_found *found)
{
    tc_inventory *inventory = context;
    tc_input *input = inventory->input;
    count_look(inventory);
    if (found->kind == TC_FOUND_SPECIAL) return tc_entry_irrelevant(input, found, 0);
    if (found->kind == TC_FOUND_LINK) return tc_entry_link(input, found);
    if (found->kind == TC_FOUND_PROBLEM) {
        return tc_entry_problem(input, found, found->problem, found->sys);
    }
    int fd = open_found(found);
    if (fd < 0) return tc_entry_problem(input, found, "cannot open", errno);

    tc_look l = {.found = found, .path = found->path, .options = input->options};
    l.name = tc_packing_strip(tc_look_file_name(&l));
    int sys = fstat(fd, &l.st) != 0 ? errno : 0;
    bool changed = sys == 0 && found->kind == TC_FOUND_FILE && !S_ISREG(l.st.st_mode);
    if (sys != 0 || changed) {
        (void)close(fd);
        if (sys != 0) return tc_entry_problem(input, found, "cannot look at it", sys);
        return tc_entry_irrelevant(input, found, 0);
    }
    l.options.newest = tc_written_at(tc_look_file_name(&l), stamp_of(&l.st), input->options.newest);
    tc_stream_start(inventory->stream, fd, 0);
    return look_at_started(inventory, &l);
}

/* A file that is no file of the system's: somebody else has its bytes. */
static TC_STATUS look_at_bytes(tc_inventory *inventory, const tc_found *found, tc_bytes bytes,
                               uint64_t length)
{
    tc_look l = {.found = found, .path = found->path, .options = inventory->input->options};
    l.name = tc_packing_strip(tc_look_file_name(&l));
    l.st.st_mode = S_IFREG;
    l.st.st_size = (off_t)TC_MIN(length, (uint64_t)INT64_MAX);
    l.options.newest = tc_written_at(tc_look_file_name(&l), found->written, l.options.newest);
    tc_stream_start_on(inventory->stream, bytes);
    return look_at_started(inventory, &l);
}

static TC_STATUS add_member(void *context, const tc_found *found, uint64_t size)
{
    tc_inventory *inventory = context;
    count_look(inventory);
    if (found->kind == TC_FOUND_LINK) return tc_entry_link(inventory->input, found);
    return look_at_bytes(inventory, found, tc_nesting_data(&inventory->nesting), size);
}

TC_STATUS tc_inventory_add_head(tc_inventory *inventory, const tc_found *found, tc_bytes head,
                                uint64_t length)
{
    inventory->heads_only = true;
    return look_at_bytes(inventory, found, head, length);
}
