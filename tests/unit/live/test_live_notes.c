#include "detector/live/live_notes.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

Test(live_notes, come_out_in_the_order_in_which_they_were_put)
{
    tc_notes *notes = tc_notes_new();
    tc_note got;
    char text[] = "place 0";
    cr_expect(!tc_notes_take(notes, &got));
    for (uint64_t i = 0; i < 5; i++) {
        text[6] = (char)('0' + i);
        tc_note note = {.kind = TC_NOTE_PLACE, .blocks = i, .text = tc_slice_of(text)};
        cr_assert(!tc_failed(tc_notes_put(notes, &note)));
    }
    text[6] = '?'; /* it was copied */
    for (uint64_t i = 0; i < 5; i++) {
        cr_assert(tc_notes_take(notes, &got));
        cr_expect(got.kind == TC_NOTE_PLACE && got.blocks == i);
        cr_expect(got.text.len == 7 && got.text.ptr[6] == '0' + i);
        tc_note_done(&got);
    }
    cr_expect(!tc_notes_take(notes, &got));
    cr_assert(!tc_failed(tc_notes_put(notes, &(tc_note){.kind = TC_NOTE_SETTLED})));
    cr_assert(tc_notes_take(notes, &got) && got.kind == TC_NOTE_SETTLED && got.text.len == 0);
    tc_note_done(&got);
    cr_assert(
        !tc_failed(tc_notes_put(notes, &(tc_note){.kind = TC_NOTE_SAID, .text = TC_LIT("left")})));
    tc_notes_free(notes);
}

Test(live_notes, without_memory_nothing_is_noted)
{
    tc_notes *notes = tc_notes_new();
    tc_note got, note = {.kind = TC_NOTE_SAID, .text = TC_LIT("words")};
    for (uint64_t n = 1; n <= 2; n++) {
        tc_alloc_fail_once(n);
        cr_expect(tc_failed(tc_notes_put(notes, &note)), "allocation %d", (int)n);
        tc_alloc_fail_once(0);
        cr_expect(!tc_notes_take(notes, &got));
    }
    tc_notes_free(notes);
}
