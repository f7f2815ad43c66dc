/* The sources of a run that goes on. */
#include "detector/live/live_state.h"

#include "detector/live/live_inputs.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define NAME_ROOM 256

static tc_slice bytes_of(const void *number, size_t size)
{
    return tc_slice_make(number, size);
}

/* Sources that come in the same way: of one folder and format. */
static uint64_t group_of(const tc_source *source)
{
    return tc_content_hash_add(tc_content_hash(source->folder), tc_slice_of(source->parser->name));
}

/* The name without numbers and what stands before them: "u_ex26030907.log" is "u_ex.log", and so
 * is "u_ex.log.1". */
static tc_slice without_numbers(tc_slice name, char room[NAME_ROOM])
{
    size_t length = 0;
    for (size_t i = 0; i < name.len && length < NAME_ROOM; i++) {
        uint8_t c = name.ptr[i];
        if (tc_is_digit(c)) continue;
        if (c == '-' || c == '_') c = '.';
        if (c != '.' || length == 0 || room[length - 1] != '.') room[length++] = (char)c;
    }
    while (length > 0 && room[length - 1] == '.')
        length--;
    return tc_slice_make(room, length);
}

/* Logs that go on where one of them was turned are of one folder and called alike. 0: it is none.
 */
static uint64_t series_of(const tc_source *source, bool received)
{
    char room[NAME_ROOM];
    const tc_parser *parser = source->parser;
    if (received || parser->order != TC_ORDER_WRITTEN || parser->unit == TC_UNIT_FRAME) return 0;
    uint64_t hash = tc_content_hash_add(group_of(source), without_numbers(source->name, room));
    return hash ? hash : 1;
}

/* A file that nobody keeps in order may hold those of a night, one behind the other; what comes in
 * is of one host and log, in its order. Packets that come now are told of when their deed is done:
 * how long that takes is learned like any other delay. */
static int64_t lateness_of(const tc_source *source, bool received)
{
    if (source->parser->unit == TC_UNIT_FRAME) return 0;
    bool anybodys = source->parser->order != TC_ORDER_WRITTEN;
    return received && anybodys ? TC_WATERMARK_LEAST : source->parser->lateness_ns;
}

TC_STATUS tc_live_add_source(tc_live_stage *s, uint32_t index, uint32_t id, uint64_t key)
{
    const tc_source *source = tc_input_source(s->options.run->input, index);
    bool received = tc_slice_starts(source->path, tc_slice_of(TC_RECEIVE_PREFIX));
    uint64_t *at;
    TC_ASSERT(index == s->count);
    TC_TRY(tc_grow(&s->sources, &s->capacity, s->count + 1, sizeof(tc_live_source),
                   TC_LIVE_SOURCES_MAX));
    TC_TRY(tc_map_put(s->by_id, bytes_of(&id, sizeof(id)), &at, NULL));
    *at = index;
    TC_TRY(tc_map_put(s->by_key, bytes_of(&key, sizeof(key)), &at, NULL));
    *at = index;
    tc_watermark_source kept = {.group = group_of(source),
                                .series = series_of(source, received),
                                .delay = tc_live_delay_of(s, source->path, received),
                                .lateness = lateness_of(source, received),
                                .first = source->first,
                                .shuffled = source->parser->order != TC_ORDER_WRITTEN};
    TC_TRY(tc_watermark_add(s->watermark, &kept));
    s->sources[s->count++] = (tc_live_source){.id = id,
                                              .key = key,
                                              .received = received,
                                              .stream = TC_FOLLOW_NO_STREAM,
                                              .caught_at = TC_LIVE_NEVER,
                                              .ended_at = TC_LIVE_NEVER,
                                              .newest = TC_TIME_NONE};
    s->next_id = TC_MAX(s->next_id, id + 1);
    s->counts.sources++;
    return TC_SUCCESS;
}

static bool is_caught_up(const tc_live_source *source)
{
    return source->next == source->caught_at || source->next == source->ended_at;
}

bool tc_live_all_caught_up(const tc_live_stage *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!is_caught_up(&s->sources[i])) return false;
    return true;
}
