#include "detector/report/stats.h"

#include "detector/report/stats_rules.h"
#include "detector/report/stats_verdict.h"

#include "parsers/base/json_writer.h"

#include <sys/resource.h>

#define STATS_MAX ((size_t)512 << 20)

uint64_t tc_stats_peak_rss(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (uint64_t)usage.ru_maxrss * 1024;
}

void tc_stats_totals(const tc_run *run, const tc_sources *sources, tc_ledger *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i < tc_input_count(run->input); i++)
        tc_ledger_add(ret, &tc_sources_progress(sources, i)->ledger);
}

/* One object alone is a setting rather than a log: that it has no time tells nothing. */
static bool is_setting(const tc_source *source, const tc_ledger *l)
{
    return source->state == TC_SOURCE_READABLE && source->parser->any && l->records.accepted == 1 &&
           l->events.filtered[TC_REASON_BAD_TIME] == 1;
}

/* An envelope whose lines are all of programs that nobody knows. */
static bool holds_strangers_only(const tc_source *source, const tc_source_progress *p)
{
    return source->state == TC_SOURCE_READABLE && source->parser->envelope &&
           p->ledger.records.accepted > 0 && (source->inside | p->inside) == 0;
}

bool tc_stats_source_unread(const tc_source *source, const tc_source_progress *progress)
{
    const tc_ledger *l = &progress->ledger;
    if (source->state == TC_SOURCE_UNREAD) return true;
    if (holds_strangers_only(source, progress)) return true;
    return source->state == TC_SOURCE_READABLE && source->parser->any && l->records.accepted > 1 &&
           l->events.filtered[TC_REASON_BAD_TIME] == l->records.accepted;
}

/* What could not be understood. What captures lack is no damage: coverage weighs it, where nothing
 * but captures tells of something. */
static uint64_t damaged(const tc_ledger *l)
{
    return tc_ledger_rejected(l) - l->records.rejected[TC_REASON_HOLE] -
           l->records.rejected[TC_REASON_DROPPED] - l->records.rejected[TC_REASON_TUNNEL];
}

/* One record alone, however long, is one line; in UTF-16, what is written otherwise has no lines.
 * NUL bytes are a hole, such as servers leave at the end of a log. */
bool tc_stats_lost_much(const tc_source *source, const tc_source_progress *progress)
{
    const tc_ledger *l = &progress->ledger;
    uint64_t lost = l->bytes.rejected - l->within.nuls, accepted = l->records.accepted;
    bool binary = source->parser && source->parser->binary;
    bool lines = source->utf16 || TC_MAX(l->within.feeds, l->within.returns) >= 10;
    return lines && !binary && accepted > 0 && lost > l->bytes.parsed / 100 &&
           lost / 10 > l->bytes.parsed / accepted;
}

bool tc_stats_source_incomplete(const tc_source *source, const tc_source_progress *progress)
{
    if (source->state == TC_SOURCE_UNREADABLE || progress->failed) return true;
    if (tc_stats_source_unread(source, progress) || progress->ledger.events.late) return true;
    if (tc_account_fields_lack(&progress->accounts)) return true;
    if (is_setting(source, &progress->ledger)) return false;
    uint64_t timeless = progress->ledger.events.filtered[TC_REASON_BAD_TIME];
    uint64_t rejected = damaged(&progress->ledger) + timeless;
    uint64_t accepted = progress->ledger.records.accepted - timeless;
    uint64_t bytes = progress->ledger.bytes.rejected;
    if (rejected >= 10 && rejected > accepted / 100) return true;
    if (rejected > accepted || tc_stats_lost_much(source, progress)) return true;
    return bytes > (1u << 20) && bytes > progress->ledger.bytes.read / 100;
}

bool tc_stats_incomplete(const tc_run *run, const tc_sources *sources)
{
    for (size_t i = 0; i < tc_input_count(run->input); i++)
        if (tc_stats_source_incomplete(tc_input_source(run->input, i),
                                       tc_sources_progress(sources, i)))
            return true;
    return false;
}

const char *tc_stats_looks_like(const tc_source *source)
{
    if (source->looks_like) return source->looks_like;
    return source->parser && source->parser->envelope
               ? "a syslog file without a line of any program that is read"
               : "JSON whose records have no time that is known";
}

const char *tc_stats_mend(const tc_source *source)
{
    return source->mend ? source->mend : "not understood by this version; look into it by hand";
}

tc_slice tc_stats_unread_words(const tc_source *source, tc_arena *arena)
{
    char text[512];
    tc_slice copy = TC_EMPTY_SLICE;
    snprintf(text, sizeof(text), "looks like %s; %s", tc_stats_looks_like(source),
             tc_stats_mend(source));
    return tc_arena_copy(arena, tc_slice_of(text), &copy) ? copy : TC_EMPTY_SLICE;
}

double tc_stats_cpu_seconds(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_reasons(tc_json_writer *w, const char *key, const uint64_t counts[])
{
    tc_json_key(w, key);
    tc_json_object_open(w);
    for (int r = 0; r < TC_REASON_COUNT; r++) {
        if (counts[r] == 0) continue;
        tc_json_key(w, tc_reason_key((tc_reason)r));
        tc_json_u64(w, counts[r]);
    }
    tc_json_object_close(w);
}

static void write_number(tc_json_writer *w, const char *key, uint64_t n)
{
    tc_json_key(w, key);
    tc_json_u64(w, n);
}

static void write_ledger(tc_json_writer *w, const tc_ledger *l)
{
    static const uint64_t none[TC_REASON_COUNT] = {0};
    tc_json_key(w, "bytes");
    tc_json_object_open(w);
    write_number(w, "read", l->bytes.read);
    write_number(w, "parsed", l->bytes.parsed);
    write_number(w, "header", l->bytes.header);
    write_number(w, "blank", l->bytes.blank);
    write_number(w, "rejected", l->bytes.rejected);
    write_number(w, "pending", l->bytes.pending);
    tc_json_object_close(w);
    tc_json_key(w, "records");
    tc_json_object_open(w);
    write_number(w, "accepted", l->records.accepted);
    write_number(w, "header", l->records.header);
    write_number(w, "blank", l->records.blank);
    write_reasons(w, "rejected", l->records.rejected);
    write_reasons(w, "filtered", none);
    tc_json_object_close(w);
    tc_json_key(w, "events");
    tc_json_object_open(w);
    write_number(w, "delivered", l->events.delivered);
    write_number(w, "duplicate", l->events.duplicate);
    write_number(w, "late", l->events.late);
    write_reasons(w, "filtered", l->events.filtered);
    tc_json_object_close(w);
}

static void write_time(tc_json_writer *w, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    tc_json_key(w, key);
    if (time == TC_TIME_NONE)
        tc_json_null(w);
    else
        tc_json_cstring(w, tc_time_format(time, text));
}

static const char *state_name(const tc_source *source, const tc_source_progress *p)
{
    if (p->failed) return "failed";
    if (tc_stats_source_unread(source, p)) return "unread";
    switch (source->state) {
    case TC_SOURCE_READABLE:
        return "read";
    case TC_SOURCE_EMPTY:
        return "empty";
    case TC_SOURCE_IRRELEVANT:
        return "irrelevant";
    case TC_SOURCE_DUPLICATE:
        return "duplicate";
    case TC_SOURCE_JUDGED:
        return "judged";
    case TC_SOURCE_UNREAD:
        return "unread";
    case TC_SOURCE_UNREADABLE:
    case TC_SOURCE_STATE_COUNT:
        break;
    }
    return "unreadable";
}

/* Which columns rows have that no header describes: their names, and who says so. */
static void write_columns(tc_json_writer *w, const tc_columns *columns)
{
    tc_slice rest = columns->lists;
    if (rest.len == 0 || rest.ptr[0] == '@') return;
    tc_json_key(w, "columns");
    tc_json_object_open(w);
    tc_json_key(w, "by");
    tc_json_cstring(w, columns->rows ? "shapes" : "fields");
    write_number(w, "rows", columns->rows);
    tc_json_key(w, "lists");
    tc_json_array_open(w);
    while (rest.len && rest.ptr[0] != '@')
        tc_json_string(w, tc_slice_split(rest, '\n', &rest));
    tc_json_array_close(w);
    tc_json_object_close(w);
}

/* What stood in the envelopes of a source, by the names of the formats. */
static void write_inside(tc_json_writer *w, uint64_t inside)
{
    tc_json_key(w, "inside");
    tc_json_array_open(w);
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        if (inside & tc_parser_bit(*p)) tc_json_cstring(w, (*p)->name);
    tc_json_array_close(w);
}

static void write_source(tc_json_writer *w, const tc_run *run, const tc_source *source,
                         const tc_source_progress *p, bool disordered)
{
    tc_json_object_open(w);
    tc_json_key(w, "path");
    tc_json_string(w, source->path);
    tc_json_key(w, "host");
    tc_json_string(w, source->host);
    tc_json_key(w, "format");
    tc_json_cstring(w, source->parser ? source->parser->name : "");
    if (source->parser && source->parser->envelope) write_inside(w, source->inside | p->inside);
    tc_json_key(w, "state");
    tc_json_cstring(w, state_name(source, p));
    if (source->state == TC_SOURCE_DUPLICATE) {
        tc_json_key(w, "duplicate_of");
        tc_json_string(w, tc_input_source(run->input, source->twin)->path);
    }
    if (tc_stats_source_unread(source, p)) {
        tc_json_key(w, "looks_like");
        tc_json_cstring(w, tc_stats_looks_like(source));
        tc_json_key(w, "mend");
        tc_json_cstring(w, tc_stats_mend(source));
    }
    const tc_error *error = p->failed ? &p->error : source->error;
    if (error != NULL) {
        tc_json_key(w, "error");
        tc_json_cstring(w, error->text);
    }
    write_columns(w, &source->columns);
    if (disordered) {
        tc_json_key(w, "disordered");
        tc_json_bool(w, true);
    }
    write_time(w, "first", p->first);
    write_time(w, "last", p->last);
    write_ledger(w, &p->ledger);
    tc_json_object_close(w);
}

/* Names, as far as the inventory kept them, and how many it did not keep. */
static void write_irrelevant_names(tc_json_writer *w, const tc_run *run)
{
    const tc_irrelevant *groups;
    const tc_slice *names;
    uint64_t files = 0;
    size_t n = tc_input_irrelevant(run->input, &groups);
    for (size_t i = 0; i < n; i++)
        files += groups[i].files;
    n = tc_input_irrelevant_names(run->input, &names);
    tc_json_key(w, "irrelevant_names");
    tc_json_array_open(w);
    for (size_t i = 0; i < n; i++)
        tc_json_string(w, names[i]);
    tc_json_array_close(w);
    write_number(w, "irrelevant_unnamed", files - n);
}

/* Links that were not followed, likewise. */
static void write_links(tc_json_writer *w, const tc_run *run)
{
    const tc_slice *names;
    uint64_t count;
    size_t n = tc_input_links(run->input, &names, &count);
    tc_json_key(w, "links");
    tc_json_array_open(w);
    for (size_t i = 0; i < n; i++)
        tc_json_string(w, names[i]);
    tc_json_array_close(w);
    write_number(w, "links_unnamed", count - n);
}

static void write_sources(tc_json_writer *w, const tc_run *run, const tc_sources *sources,
                          const bool *disordered)
{
    tc_json_key(w, "sources");
    tc_json_array_open(w);
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *source = tc_input_source(run->input, i);
        if (source->state == TC_SOURCE_IRRELEVANT) continue;
        write_source(w, run, source, tc_sources_progress(sources, i),
                     disordered != NULL && disordered[i]);
    }
    tc_json_array_close(w);
    const tc_irrelevant *irrelevant;
    size_t n = tc_input_irrelevant(run->input, &irrelevant);
    tc_json_key(w, "irrelevant");
    tc_json_array_open(w);
    for (size_t i = 0; i < n; i++) {
        tc_json_object_open(w);
        tc_json_key(w, "folder");
        tc_json_string(w, irrelevant[i].folder);
        write_number(w, "files", irrelevant[i].files);
        write_number(w, "bytes", irrelevant[i].bytes);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
    write_irrelevant_names(w, run);
    write_links(w, run);
}

TC_STATUS tc_stats_write(const tc_run *run, const tc_sources *sources, const bool *disordered,
                         const tc_summary *summary, tc_outlet *outlet, tc_error *reterr)
{
    tc_str text;
    tc_json_writer w;
    tc_ledger totals;
    tc_stats_totals(run, sources, &totals);
    tc_str_init(&text, STATS_MAX);
    tc_json_writer_init(&w, &text);
    tc_json_object_open(&w);
    write_sources(&w, run, sources, disordered);
    tc_json_key(&w, "totals");
    tc_json_object_open(&w);
    write_ledger(&w, &totals);
    tc_json_object_close(&w);
    if (summary != NULL) tc_stats_verdict(&w, summary);
    if (summary != NULL) tc_stats_rules(&w, run->rules, run->shipped_rules, summary);
    tc_json_object_close(&w);
    tc_str_add_byte(&text, '\n');
    tc_status status = tc_str_status(&text);
    if (tc_failed(status)) (void)tc_fail(reterr, status.code, "--stats: the books are too long");
    if (!tc_failed(status)) status = tc_outlet_write(outlet, tc_str_view(&text), reterr);
    if (!tc_failed(status)) status = tc_outlet_close(outlet, reterr);
    tc_str_done(&text);
    return status;
}
