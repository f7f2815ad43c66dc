/* The delay that is said of one source alone: of the input that its records come from, or of a
 * pattern that its path fits. */
#include "detector/live/live_state.h"

#include "detector/input/glob.h"
#include "detector/live/live_inputs.h"

/* "input:NAME/..." */
static int64_t delay_of_input(const tc_live_stage *s, tc_slice path)
{
    const tc_receive *receive = tc_live_inputs_receive(s->options.inputs);
    tc_slice rest = tc_slice_sub(path, sizeof(TC_RECEIVE_PREFIX) - 1, SIZE_MAX);
    tc_slice name = tc_slice_sub(rest, 0, tc_slice_find(rest, '/'));
    for (size_t i = 0; receive != NULL && i < tc_receive_count(receive); i++) {
        const tc_listen *l = tc_receive_listen(receive, i);
        if (tc_slice_equal(name, tc_slice_of(l->name))) return l->delay;
    }
    return 0;
}

int64_t tc_live_delay_of(const tc_live_stage *s, tc_slice path, bool received)
{
    const tc_text_list *said = &s->options.run->options->delays;
    for (size_t i = 0; i < said->count; i++) {
        int64_t delay;
        size_t at = tc_slice_rfind(said->items[i], '=');
        if (at == TC_NPOS) continue; /* it is for all */
        if (tc_glob_match_path(tc_slice_sub(said->items[i], 0, at), path) &&
            tc_time_parse_span(tc_slice_sub(said->items[i], at + 1, SIZE_MAX), &delay))
            return delay;
    }
    return received ? delay_of_input(s, path) : 0;
}
