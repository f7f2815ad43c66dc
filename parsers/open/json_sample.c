#include "parsers/open/json_sample.h"

#define ARENA_MAX (1u << 22)

bool tc_json_sample_open(tc_json_sample *sample, const tc_parse_options *options,
                         tc_json_state start, tc_slice bytes)
{
    *sample = (tc_json_sample){.arena = tc_arena_new(ARENA_MAX)};
    tc_json_records_init(&sample->records, &start, bytes, options->record_max, &sample->ledger,
                         NULL);
    return sample->arena != NULL;
}

void tc_json_sample_close(tc_json_sample *sample)
{
    tc_arena_free(sample->arena);
}

bool tc_json_sample_next(tc_json_sample *sample, tc_slice *ret)
{
    if (!sample->begun) sample->mark = tc_arena_save(sample->arena);
    sample->begun = true;
    if (!tc_json_records_next(&sample->records)) return false;
    tc_arena_rewind(sample->arena, sample->mark);
    *ret = sample->records.text;
    return true;
}

void tc_json_sample_seen(tc_json_sample *sample, size_t length)
{
    if (length == 0)
        tc_json_records_broken(&sample->records);
    else
        tc_json_records_reject(&sample->records, TC_REASON_NOT_EVENT, length);
}
