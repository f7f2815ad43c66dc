#include "detector/input/inventory.h"

#include "detector/input/archive.h"
#include "detector/input/columns.h"
#include "detector/input/entries.h"
#include "detector/input/lead.h"
#include "detector/input/sample.h"
#include "detector/input/sniff.h"
#include "detector/input/written.h"
#include "parsers/base/alloc.h"
#include "parsers/packet/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_LOOK = 4096 };

/* One file while it is being looked at. */
typedef struct look {
    const tc_found *found;
    tc_slice path; /* points into found */
    tc_slice name; /* without ".gz" and its like */
    tc_sniffed sniffed;
    struct stat st;
    tc_slice head;
    bool end; /* the head is everything */
    const tc_parser *parser;
    tc_parse_options options;
    tc_columns columns; /* of rows that no header describes */
    tc_head_scan scan;
    tc_status failure; /* in the middle of the head */
    tc_error error;
} look;

/* As it stands in the folder. */
static tc_slice file_name(const look *l)
{
    return tc_slice_sub(l->path, l->found->name_at, SIZE_MAX);
}

static bool is_packed(const look *l)
{
    return l->sniffed.layers.packings[0] != NULL;
}

static bool keeps_logs(const look *l)
{
    static const char *const endings[] = {".log", ".txt",    ".csv", ".tsv",  ".json", ".jsonl",
                                          ".out", ".ndjson", ".xml", ".evtx", ".old"};
    return tc_slice_ends_one_of(l->name, endings, TC_COUNT_OF(endings)) ||
           tc_packing_of_name(file_name(l)) != NULL;
}

/* Fills the head up to `size` bytes if there are so many; a failure after some is kept for later.
 */
static void read_head(tc_inventory *inventory, look *l, size_t size)
{
    while (l->head.len < size && !l->end && !tc_failed(l->failure)) {
        size_t got = 0;
        l->failure = tc_stream_fill(inventory->stream, inventory->head + l->head.len,
                                    size - l->head.len, &got, &l->end, &l->error);
        if (!tc_failed(l->failure)) l->head.len += got;
    }
}

/* The local zone of a source, from --tz: fixed, or as it was at the first record. */
static TC_STATUS apply_zone(const tc_inventory *inventory, look *l, bool whole)
{
    const tc_input *input = inventory->input;
    for (size_t i = 0; i < input->zone_count; i++) {
        const tc_zone_rule *rule = &input->zones[i];
        if (!tc_glob_match_path(rule->glob, l->path)) continue;
        tc_time local = l->scan.first == TC_TIME_NONE ? 0 : l->scan.first;
        l->options.zone_offset_ns = tc_zone_offset_ns(&rule->zone, local);
        if (l->options.zone_offset_ns == 0) return TC_SUCCESS;
        return tc_head_scan_run(l->parser, &l->options, l->head, whole, inventory->scratch,
                                &l->scan);
    }
    return TC_SUCCESS;
}

/* Hashes of the beginnings of 16, 32, 64... bytes: a filter only, the bytes are compared later. */
static const uint64_t *make_stems(tc_arena *arena, tc_slice head)
{
    uint64_t *stems = tc_arena_zero(arena, TC_STEM_COUNT, sizeof *stems);
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    size_t at = 0;
    for (size_t i = 0; stems && i < TC_STEM_COUNT; i++) {
        size_t length = (size_t)TC_STEM_FIRST << i;
        if (length > head.len) break;
        for (; at < length; at += 8) {
            uint64_t word;
            memcpy(&word, head.ptr + at, sizeof word);
            hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
            hash ^= hash >> 32;
        }
        stems[i] = hash;
    }
    return stems;
}

/* From when to when it reaches: the head is known, and of a big plain file the end is looked at. */
static void set_span(tc_inventory *inventory, const look *l, tc_entry *entry)
{
    tc_source *source = &entry->source;
    /* Of a capture, packets are records, whether they say something or not. */
    tc_time packet = tc_exchange_first_time(l->head);
    source->first = packet != TC_TIME_NONE ? packet : l->scan.first;
    source->last = entry->whole ? l->scan.last : TC_TIME_NONE;
    source->inside = l->scan.inside;
    if (entry->whole || !source->seekable) return;
    uint64_t bom = entry->layers.mark;
    tc_time end = tc_sample_end(tc_stream_fd(inventory->stream), bom, source->size - bom, l->parser,
                                &l->options, &l->scan.carry, inventory->scratch);
    source->last = TC_MAX(l->scan.last, end);
}

/* Standard input and pipes cannot be opened again: what was read of them stays, and the stream. */
static TC_STATUS keep_stream(tc_inventory *inventory, const look *l, tc_entry *entry)
{
    if (!tc_arena_copy(inventory->input->memory, l->head, &entry->head)) {
        return (tc_status){TC_ENOMEM};
    }
    tc_stream *fresh = tc_stream_new();
    if (!fresh) return (tc_status){TC_ENOMEM};
    entry->once = entry->source.once = true;
    entry->stream = inventory->stream;
    inventory->stream = fresh;
    return TC_SUCCESS;
}

static bool is_header_only(const look *l)
{
    const tc_ledger *ledger = &l->scan.ledger;
    /* Packets that say nothing are packets all the same. */
    if (l->parser->unit == TC_UNIT_FRAME && ledger->records.header + ledger->records.blank > 0)
        return false;
    return ledger->records.accepted == 0 && tc_ledger_rejected(ledger) == 0 &&
           ledger->bytes.pending == 0 && ledger->bytes.rejected == 0;
}

/* Lack of memory is told, of that file: what it is must not be guessed from what was left. */
static TC_STATUS add_unknown(tc_inventory *inventory, const look *l)
{
    return tc_entry_problem(inventory->input, l->found, "no memory to find out what it is", 0);
}

static TC_STATUS scan_head(tc_inventory *inventory, look *l)
{
    TC_TRY(tc_head_scan_run(l->parser, &l->options, l->head, l->end, inventory->scratch, &l->scan));
    return apply_zone(inventory, l, l->end);
}

static TC_STATUS add_log(tc_inventory *inventory, look *l)
{
    tc_entry *entry = NULL;
    if (tc_failed(scan_head(inventory, l))) return add_unknown(inventory, l);
    TC_TRY(tc_entry_add(inventory->input, l->found, &entry));
    tc_source *source = &entry->source;
    bool regular = S_ISREG(l->st.st_mode) && l->found->kind == TC_FOUND_FILE;
    entry->layers = l->sniffed.layers;
    entry->whole = l->end;
    entry->head_length = l->head.len;
    entry->device = (uint64_t)l->st.st_dev;
    entry->inode = regular ? (uint64_t)l->st.st_ino : 0;
    entry->stems = make_stems(inventory->stems, l->head);
    if (l->head.len >= TC_STEM_FIRST) {
        memcpy(&entry->tail, l->head.ptr + l->head.len - sizeof entry->tail, sizeof entry->tail);
    }
    if (!entry->stems) return (tc_status){TC_ENOMEM};

    source->parser = l->parser;
    source->state = l->end && is_header_only(l) ? TC_SOURCE_EMPTY : TC_SOURCE_READABLE;
    source->head_length = (uint32_t)TC_MIN(l->head.len, TC_HEAD_MAX);
    source->key = tc_content_hash(tc_slice_sub(l->head, 0, source->head_length));
    source->size = regular ? (uint64_t)l->st.st_size : 0;
    source->compressed = is_packed(l) || inventory->nesting.nest;
    source->utf16 = entry->layers.encoding != TC_ENCODING_UTF8;
    source->seekable = regular && !source->compressed && !source->utf16;
    source->zone_offset_ns = l->options.zone_offset_ns;
    source->columns = l->columns;
    source->newest = l->options.newest;
    set_span(inventory, l, entry);
    tc_nesting_note(&inventory->nesting, entry);
    return regular ? TC_SUCCESS : keep_stream(inventory, l, entry);
}

/* Bytes on disk; 0 if that is not known. */
static uint64_t size_of(const look *l)
{
    return S_ISREG(l->st.st_mode) ? (uint64_t)l->st.st_size : 0;
}

static TC_STATUS add_timed(tc_input *input, const look *l, const tc_line_shapes *shapes)
{
    char text[128];
    (void)snprintf(text, sizeof text,
                   "a log of unknown form (%" PRIu32 " of %" PRIu32 " lines have a time)",
                   shapes->timed, shapes->lines);
    const tc_likeness evidence = {tc_arena_cstr(input->memory, tc_slice_of(text)),
                                  "not read by this version; look into it by hand"};
    return evidence.looks_like ? tc_entry_unread(input, l->found, size_of(l), &evidence)
                               : (tc_status){TC_ENOMEM};
}

/* What the columns of rows without a header are, as far as --fields and the head tell. */
static TC_STATUS learn_columns(tc_inventory *inventory, look *l, const tc_parser *parser)
{
    bool plain = size_of(l) > 0 && !is_packed(l) && !inventory->nesting.nest;
    int fd = plain ? tc_stream_fd(inventory->stream) : -1;
    const tc_columns_file file = {l->path, l->head, l->end, fd, size_of(l)};
    TC_TRY(tc_columns_learn(inventory->input, parser, &file, inventory->scratch, &l->columns));
    l->options.columns = l->columns.lists;
    return TC_SUCCESS;
}

static TC_STATUS add_nothing(tc_inventory *inventory, const look *l)
{
    uint64_t size = size_of(l);
    bool told = l->found->named || (keeps_logs(l) && !inventory->nesting.nest);
    if (l->head.len > 0 || !told) {
        TC_TRY(tc_entry_irrelevant(inventory->input, l->found, size));
        if (!l->found->named) return TC_SUCCESS;
    }
    tc_entry *entry = NULL;
    TC_TRY(tc_entry_add(inventory->input, l->found, &entry));
    entry->source.size = size;
    entry->source.state = l->head.len > 0 ? TC_SOURCE_IRRELEVANT : TC_SOURCE_EMPTY;
    return TC_SUCCESS;
}

/* A binary format is told before its bytes are taken for text. */
static TC_STATUS choose_binary(tc_inventory *inventory, look *l)
{
    tc_slice magic = tc_slice_make(l->sniffed.magic, sizeof l->sniffed.magic);
    l->parser = inventory->input->format;
    if (!l->parser) TC_TRY(tc_parser_probe_binary(magic, l->name, &l->parser));
    if (l->parser && l->parser->binary) return TC_SUCCESS;
    return tc_sniff_text(inventory->stream, &l->sniffed, &l->error);
}

/* Which parser takes it. Most irrelevant files are told by their first few KiB. */
static TC_STATUS choose_parser(tc_inventory *inventory, look *l)
{
    if (l->parser) {
        read_head(inventory, l, TC_HEAD_MAX);
        return TC_SUCCESS;
    }
    TC_TRY(tc_lead_probe(l->head, l->name, &l->parser));
    if (!l->parser && tc_lead_is_binary(l->head) && !keeps_logs(l)) return TC_SUCCESS;
    size_t before = l->head.len;
    read_head(inventory, l, TC_HEAD_MAX);
    return l->head.len > before ? tc_lead_probe(l->head, l->name, &l->parser) : TC_SUCCESS;
}

/* A log is lost when its first bytes are damaged: the name then is all that tells of it. */
static bool is_named_packed_only(const look *l)
{
    return !is_packed(l) && tc_lead_is_binary(l->head) &&
           (tc_packing_of_name(file_name(l)) || tc_archive_is_named(file_name(l)));
}

/* A file that no parser knows, though the user says which columns its lines have. */
static TC_STATUS try_given(tc_inventory *inventory, look *l)
{
    const tc_input *input = inventory->input;
    if (tc_columns_given(input, l->path).len == 0 || tc_lead_is_binary(l->head)) return TC_SUCCESS;
    tc_line_shapes shapes = tc_line_shapes_of(l->head, l->end);
    if (!tc_likeness_is_timed(&shapes, l->name)) return TC_SUCCESS;
    l->parser = input->fields_parser;
    return learn_columns(inventory, l, l->parser);
}

/* What no parser takes: evidence that is not understood, or none. */
static TC_STATUS add_unparsed(tc_inventory *inventory, const look *l)
{
    tc_input *input = inventory->input;
    tc_slice magic = tc_slice_make(l->sniffed.magic, sizeof l->sniffed.magic);
    tc_likeness evidence;
    if (tc_likeness_of_bytes(magic, l->name, &evidence)) {
        return tc_entry_unread(input, l->found, size_of(l), &evidence);
    }
    if (is_named_packed_only(l)) {
        return tc_entry_problem(input, l->found, "is named as packed data, but does not begin so",
                                0);
    }
    if (keeps_logs(l) && tc_likeness_of_lost(l->head, l->name, &evidence)) {
        return tc_entry_unread(input, l->found, size_of(l), &evidence);
    }
    if (tc_lead_is_binary(l->head)) return add_nothing(inventory, l);
    tc_line_shapes shapes = tc_line_shapes_of(l->head, l->end);
    if (tc_likeness_of_text(l->head, &evidence) || tc_likeness_of_shapes(&shapes, &evidence)) {
        return tc_entry_unread(input, l->found, size_of(l), &evidence);
    }
    return tc_likeness_is_timed(&shapes, l->name) ? add_timed(input, l, &shapes)
                                                  : add_nothing(inventory, l);
}

/* Cut off since it was opened, say; pseudo files have a size and no bytes, too, but no such name.
 */
static bool gave_nothing(const look *l)
{
    return size_of(l) > 0 && !is_packed(l) && l->sniffed.layers.mark == 0 && keeps_logs(l);
}

/* Its parser has been looked for: it is that parser's log, or what else it looks like. */
static TC_STATUS add_looked_at(tc_inventory *inventory, look *l)
{
    tc_input *input = inventory->input;
    tc_likeness evidence;
    if (!input->format &&
        (tc_likeness_of_line_ends(l->head, &evidence) ||
         (l->parser && l->parser->any && tc_likeness_of_json(l->head, &evidence))))
        return tc_entry_unread(input, l->found, size_of(l), &evidence);
    if (tc_failed(l->parser ? learn_columns(inventory, l, l->parser) : try_given(inventory, l))) {
        return add_unknown(inventory, l);
    }
    if (l->columns.doubt.len) {
        TC_TRY(tc_columns_doubt(input, &l->columns, &evidence));
        return tc_entry_unread(input, l->found, size_of(l), &evidence);
    }
    if (l->parser) return add_log(inventory, l);
    if (tc_failed(l->failure)) return tc_entry_unreadable(input, l->found, &l->error);
    return add_unparsed(inventory, l);
}

static TC_STATUS look_at(tc_inventory *inventory, look *l)
{
    tc_input *input = inventory->input;
    if (tc_failed(choose_binary(inventory, l))) return add_unknown(inventory, l);
    l->head = tc_slice_make(inventory->head, 0);
    read_head(inventory, l, FIRST_LOOK);
    if (tc_failed(l->failure) && l->head.len == 0) {
        return tc_entry_unreadable(input, l->found, &l->error);
    }
    if (l->head.len == 0 && gave_nothing(l)) {
        return tc_entry_problem(input, l->found, "gave no byte, though it is not empty", 0);
    }
    if (l->head.len == 0) return add_nothing(inventory, l);
    if (tc_failed(choose_parser(inventory, l))) return add_unknown(inventory, l);
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
static TC_STATUS tell_damage(tc_input *input, const look *l, const char *kind,
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

static TC_STATUS tell_locked(tc_input *input, const look *l, const tc_nest_listed *listed)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_EUNSUPPORTED,
                  "%" PRIu64 " of its %" PRIu64
                  " members are encrypted: unpack it with its password and scan the folder",
                  listed->locked, listed->members);
    return tc_entry_unreadable(input, l->found, &error);
}

static TC_STATUS add_archive(tc_inventory *inventory, look *l, tc_archive_way way, const char *kind)
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
    tc_met_archive met = {l->found, &l->sniffed.layers, size_of(l), way == TC_ARCHIVE_RAW};
    tc_member_sink sink = {inventory, add_member};
    tc_nest_listed listed;
    TC_TRY(tc_nesting_list(&inventory->nesting, input, &met, &inventory->stream, &sink, &listed));
    bool damaged = listed.problem.code != TC_OK;
    if (damaged) TC_TRY(tell_damage(input, l, kind, &listed.problem));
    if (listed.locked > 0) return tell_locked(input, l, &listed);
    if (damaged || listed.members > 0) return TC_SUCCESS;
    l->head = l->sniffed.head;
    return add_nothing(inventory, l);
}

/* It is known what the file is packed with. */
static TC_STATUS add_sniffed(tc_inventory *inventory, look *l)
{
    const char *kind = NULL;
    tc_archive_way way = tc_archive_of(l->sniffed.head, l->name, &kind);
    return way == TC_ARCHIVE_NOT ? look_at(inventory, l) : add_archive(inventory, l, way, kind);
}

/* The stream has been started. What stands in its head takes no room from other files. */
static TC_STATUS look_at_started(tc_inventory *inventory, look *l)
{
    tc_input *input = inventory->input;
    if (l->options.schemas) l->options.schemas = tc_schemas_new_source(l->options.schemas);
    tc_status status = tc_sniff_packings(inventory->stream, file_name(l), &l->sniffed, &l->error);
    if (input->options.schemas && !l->options.schemas) {
        status = add_unknown(inventory, l);
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

    look l = {.found = found, .path = found->path, .options = input->options};
    l.name = tc_packing_strip(file_name(&l));
    int sys = fstat(fd, &l.st) != 0 ? errno : 0;
    bool changed = sys == 0 && found->kind == TC_FOUND_FILE && !S_ISREG(l.st.st_mode);
    if (sys != 0 || changed) {
        (void)close(fd);
        if (sys != 0) return tc_entry_problem(input, found, "cannot look at it", sys);
        return tc_entry_irrelevant(input, found, 0);
    }
    l.options.newest = tc_written_at(file_name(&l), stamp_of(&l.st), input->options.newest);
    tc_stream_start(inventory->stream, fd, 0);
    return look_at_started(inventory, &l);
}

/* A file that is no file of the system's: somebody else has its bytes. */
static TC_STATUS look_at_bytes(tc_inventory *inventory, const tc_found *found, tc_bytes bytes,
                               uint64_t length)
{
    look l = {.found = found, .path = found->path, .options = inventory->input->options};
    l.name = tc_packing_strip(file_name(&l));
    l.st.st_mode = S_IFREG;
    l.st.st_size = (off_t)TC_MIN(length, (uint64_t)INT64_MAX);
    l.options.newest = tc_written_at(file_name(&l), found->written, l.options.newest);
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
