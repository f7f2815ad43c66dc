/* Notices when a log has changed its columns. */
#include "detector/live/live_state.h"

#include "parsers/base/hash.h"
#include "parsers/base/utf8.h"

/* An envelope in a file may hold everybody's logs, each with columns of its own. */
static bool has_its_own(const tc_source *source, bool received)
{
    return received || !source->parser->envelope;
}

static uint64_t log_of(const tc_source *source, bool received)
{
    tc_slice where = received ? source->path : source->folder;
    return tc_content_hash_add(tc_content_hash(where), tc_slice_of(source->parser->name));
}

TC_STATUS tc_live_look_at_columns(tc_live_stage *s, uint32_t index, uint64_t columns)
{
    bool changed, received = s->sources[index].received;
    const tc_source *source = tc_input_source(s->options.run->input, index);
    if (!has_its_own(source, received)) return TC_SUCCESS;
    TC_TRY(tc_live_columns_note(s->columns, log_of(source, received), columns, &changed));
    /* What the history has seen is nothing new. */
    if (!changed || !s->counts.history_read) return TC_SUCCESS;
    s->counts.columns++;
    tc_str name;
    tc_str_init(&name, (size_t)64 << 10);
    tc_escape_text(&name, source->path);
    snprintf(s->counts.columns_of, sizeof(s->counts.columns_of), "%s", tc_str_cstr(&name));
    tc_str_done(&name);
    return TC_SUCCESS;
}
