#include "detector/live/board.h"

#include "parsers/base/alloc.h"

#define GONE_MAX 64

struct tc_board {
    tc_board_row *rows;
    size_t count, capacity;
    size_t looked; /* where the next change is looked for */
    char gone[GONE_MAX][33];
    size_t gone_count;
};

tc_board *tc_board_new(void)
{
    return tc_alloc(1, sizeof(tc_board));
}

void tc_board_free(tc_board *b)
{
    if (b == NULL) return;
    tc_free(b->rows);
    tc_free(b);
}

static const char *const names[] = {"open",      "acknowledged", "confirmed",
                                    "dismissed", "merged",       "over"};

const char *tc_stand_name(tc_stand stand)
{
    return names[stand];
}

bool tc_stand_is_open(tc_stand stand)
{
    return stand == TC_STAND_OPEN || stand == TC_STAND_ACKNOWLEDGED;
}

static bool is_closed(tc_stand stand)
{
    return stand == TC_STAND_CONFIRMED || stand == TC_STAND_DISMISSED;
}

/* -- rows ----------------------------------------------------------------------------------- */

static tc_board_row *row_of(const tc_board *b, const char *id)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->rows[i].id, id) == 0) return &b->rows[i];
    return NULL;
}

const tc_board_row *tc_board_find(const tc_board *b, tc_slice id, bool *ret_several)
{
    const tc_board_row *found = NULL;
    *ret_several = false;
    for (size_t i = 0; i < b->count; i++) {
        if (!tc_slice_starts_ascii(tc_slice_of(b->rows[i].id), id)) continue;
        *ret_several |= found != NULL;
        found = &b->rows[i];
    }
    return *ret_several ? NULL : found;
}

size_t tc_board_count(const tc_board *b)
{
    return b->count;
}

const tc_board_row *tc_board_at(const tc_board *b, size_t index)
{
    return &b->rows[index];
}

const tc_board_row *tc_board_changed(tc_board *b, tc_time now)
{
    for (; b->looked < b->count; b->looked++) {
        tc_board_row *row = &b->rows[b->looked];
        bool rests = row->shown != TC_TIME_NONE && row->shown <= now &&
                     tc_time_between(row->shown, now) < TC_BOARD_RESTS;
        if (!row->changed || (rests && !row->urgent)) continue;
        row->changed = row->urgent = false;
        row->shown = now;
        return row;
    }
    b->looked = 0;
    return NULL;
}

bool tc_board_gone(tc_board *b, char ret[33])
{
    if (b->gone_count == 0) return false;
    memcpy(ret, b->gone[--b->gone_count], 33);
    return true;
}

/* Who goes first: what is over or closed, then what is less grave, then the eldest. */
static bool goes_before(const tc_board_row *a, const tc_board_row *b)
{
    bool over = !tc_stand_is_open(a->stand);
    if (over != !tc_stand_is_open(b->stand)) return over;
    if (a->level != b->level) return a->level < b->level;
    return a->last < b->last;
}

static void make_room(tc_board *b)
{
    size_t first = 0;
    if (b->count < TC_BOARD_MAX) return;
    for (size_t i = 1; i < b->count; i++)
        if (goes_before(&b->rows[i], &b->rows[first])) first = i;
    if (b->gone_count < GONE_MAX) memcpy(b->gone[b->gone_count++], b->rows[first].id, 33);
    b->rows[first] = b->rows[--b->count];
}

static tc_board_row *new_row(tc_board *b, const tc_alert *a, tc_time now)
{
    make_room(b);
    tc_status status =
        tc_grow(&b->rows, &b->capacity, b->count + 1, sizeof(*b->rows), TC_BOARD_MAX);
    if (tc_failed(status)) return NULL;
    tc_board_row *row = &b->rows[b->count++];
    *row = (tc_board_row){.told = now,
                          .opened = a->start,
                          .level = a->level,
                          .said = TC_TIME_NONE,
                          .shown = TC_TIME_NONE,
                          .silent_until = TC_TIME_NONE};
    memcpy(row->id, a->incident_id, sizeof(row->id));
    return row;
}

/* -- alerts --------------------------------------------------------------------------------- */

/* The first bytes that fit, whole characters of UTF-8 only. */
static void keep(char *out, size_t size, tc_slice text)
{
    size_t length = TC_MIN(text.len, size - 1);
    while (length > 0 && length < text.len && (text.ptr[length] & 0xC0) == 0x80)
        length--;
    if (length > 0) memcpy(out, text.ptr, length);
    out[length] = 0;
}

static void take_figure(const tc_alert *a, const char *name, uint64_t *figure)
{
    for (size_t i = 0; i < a->baseline_count; i++)
        if (strcmp(a->baseline[i].name, name) == 0)
            (void)!tc_slice_to_u64(a->baseline[i].text, figure);
}

/* More than was known when somebody spoke: he has to look again. */
static void raise(tc_board_row *row, tc_level level)
{
    bool known = row->stand == TC_STAND_ACKNOWLEDGED || is_closed(row->stand);
    if (level <= row->level) return;
    if (known || row->stand == TC_STAND_OVER) row->stand = TC_STAND_OPEN;
    row->silent_until = TC_TIME_NONE;
    row->level = level;
}

static void note_end(tc_board_row *row, const tc_alert *a)
{
    bool over = a->transition == TC_TRANSITION_CLOSED || a->transition == TC_TRANSITION_FINAL;
    if (a->merged_into[0] != 0) {
        row->stand = TC_STAND_MERGED;
        memcpy(row->merged_into, a->merged_into, sizeof(row->merged_into));
    } else if (over && tc_stand_is_open(row->stand)) {
        row->stand = TC_STAND_OVER;
    } else if (!over && row->stand == TC_STAND_OVER) {
        row->stand = TC_STAND_OPEN;
    }
}

void tc_board_note(tc_board *b, const tc_alert *a, tc_time now)
{
    if (a->transition == TC_TRANSITION_NONE || a->incident_id[0] == 0) return;
    tc_board_row *row = row_of(b, a->incident_id);
    if (row == NULL) row = new_row(b, a, now);
    if (row == NULL) return;
    raise(row, a->level);
    note_end(row, a);
    row->historic = a->historic;
    row->opened = TC_MIN(row->opened, a->start);
    row->last = TC_MAX(a->time, a->end);
    take_figure(a, "mailboxes", &row->mailboxes);
    take_figure(a, "sources", &row->sources);
    keep(row->message, sizeof(row->message), a->message);
    row->changed = true;
    row->urgent |= a->transition != TC_TRANSITION_GROWN;
}

bool tc_board_is_silenced(const tc_board *b, const char *id, tc_level level, tc_time now)
{
    const tc_board_row *row = id[0] ? row_of(b, id) : NULL;
    if (row == NULL) return false;
    bool silenced = row->silent_until != TC_TIME_NONE && now < row->silent_until;
    return (silenced || is_closed(row->stand)) && level <= row->silent_level;
}

bool tc_board_is_silent(const tc_board *b, const tc_alert *a, tc_time now)
{
    return tc_board_is_silenced(b, a->incident_id, a->level, now);
}

/* -- commands ------------------------------------------------------------------------------- */

static tc_board_row *speak(tc_board *b, const char *id, const tc_said *said)
{
    tc_board_row *row = row_of(b, id);
    if (row == NULL) return NULL;
    keep(row->by, sizeof(row->by), said->by);
    keep(row->note, sizeof(row->note), said->note);
    row->said = said->now;
    row->changed = row->urgent = true;
    return row;
}

void tc_board_acknowledge(tc_board *b, const char *id, const tc_said *said)
{
    tc_board_row *row = speak(b, id, said);
    if (row != NULL) row->stand = TC_STAND_ACKNOWLEDGED;
}

void tc_board_close(tc_board *b, const char *id, bool is_true, const tc_said *said)
{
    tc_board_row *row = speak(b, id, said);
    if (row == NULL) return;
    row->stand = is_true ? TC_STAND_CONFIRMED : TC_STAND_DISMISSED;
    row->silent_until = TC_TIME_NONE;
    row->silent_level = row->level;
}

void tc_board_silence(tc_board *b, const char *id, tc_time until, const tc_said *said)
{
    tc_board_row *row = speak(b, id, said);
    if (row == NULL) return;
    row->silent_until = until;
    row->silent_level = row->level;
}

/* -- saved ---------------------------------------------------------------------------------- */

static uint32_t visit_code(tc_visit *v, uint32_t code, uint32_t bound)
{
    tc_visit_below(v, &code, bound);
    return code;
}

void tc_board_row_visit(tc_board_row *row, tc_visit *v)
{
    tc_visit_cstr(v, row->id, sizeof(row->id));
    tc_visit_cstr(v, row->merged_into, sizeof(row->merged_into));
    row->level = (tc_level)visit_code(v, row->level, TC_LEVEL_COUNT);
    row->stand = (tc_stand)visit_code(v, row->stand, TC_STAND_COUNT);
    tc_visit_bool(v, &row->historic);
    tc_visit_time(v, &row->opened);
    tc_visit_time(v, &row->last);
    tc_visit_time(v, &row->told);
    tc_visit_u64(v, &row->mailboxes);
    tc_visit_u64(v, &row->sources);
    tc_visit_cstr(v, row->message, sizeof(row->message));
    tc_visit_cstr(v, row->by, sizeof(row->by));
    tc_visit_cstr(v, row->note, sizeof(row->note));
    tc_visit_time(v, &row->said);
    tc_visit_time(v, &row->silent_until);
    row->silent_level = (tc_level)visit_code(v, row->silent_level, TC_LEVEL_COUNT);
}

void tc_board_visit(tc_board *b, tc_visit *v)
{
    size_t count = b->count;
    tc_visit_count(v, &count, TC_BOARD_MAX);
    tc_status status = tc_grow(&b->rows, &b->capacity, count, sizeof(*b->rows), TC_BOARD_MAX);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "no memory for incidents");
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v)) b->rows[i] = (tc_board_row){.changed = true, .shown = TC_TIME_NONE};
        tc_board_row_visit(&b->rows[i], v);
    }
    if (tc_visit_loads(v)) b->count = tc_visit_failed(v) ? 0 : count;
}
