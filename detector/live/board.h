/*
 * board: the incidents that a run which goes on has told, and what people have said of them.
 *
 * A row for each incident: what it is known by, how grave it is, how far it went, and whether
 * somebody has taken it on, closed it or silenced it. Fed with alerts and with commands in the
 * order in which a journal has them, the clock given, so that a replay comes to the same.
 *
 * What is silent: an incident that was silenced, until its time is over, and one that people have
 * closed. Neither is told any more while it only grows; when it rises above the level that it had
 * then it is told, and stands open again, also where somebody had acknowledged it: what he knew of
 * it was less.
 *
 * Bounded: past TC_BOARD_MAX rows what is over makes room, then the least grave, the eldest first.
 */
#ifndef TC_LIVE_BOARD_H
#define TC_LIVE_BOARD_H

#include "detector/alert.h"
#include "parsers/base/visit.h"

#define TC_BOARD_MAX 1000
#define TC_BOARD_RESTS (10 * TC_SECOND)
#define TC_BOARD_NAME 64
#define TC_BOARD_NOTE 512
#define TC_BOARD_MESSAGE 400

typedef enum tc_stand {
    TC_STAND_OPEN = 0,
    TC_STAND_ACKNOWLEDGED,
    TC_STAND_CONFIRMED, /* closed: it was an intruder */
    TC_STAND_DISMISSED, /* closed: it was none */
    TC_STAND_MERGED,    /* another incident has taken it in */
    TC_STAND_OVER,      /* nothing was found for so long that it is kept no more */
    TC_STAND_COUNT
} tc_stand;

typedef struct tc_board_row {
    char id[33], merged_into[33];
    tc_level level;
    tc_stand stand;
    bool historic;
    tc_time opened, last; /* of events */
    tc_time told;         /* first, by the clock */
    uint64_t mailboxes, sources;
    char message[TC_BOARD_MESSAGE];
    char by[TC_BOARD_NAME]; /* who said last what it is; empty: nobody did */
    char note[TC_BOARD_NOTE];
    tc_time said;         /* when */
    tc_time silent_until; /* TC_TIME_NONE: it is not silenced */
    tc_level silent_level;
    /* Not saved: since when it was taken out (tc_board_changed), and whether that may not wait. */
    bool changed, urgent;
    tc_time shown;
} tc_board_row;

typedef struct tc_board tc_board;

tc_board *tc_board_new(void) TC_MUST_USE;
void tc_board_free(tc_board *board);
/* Something of an incident was told at `now`; alerts of no incident are passed over. */
void tc_board_note(tc_board *board, const tc_alert *alert, tc_time now);
/* Whether nobody is to be told of that at `now`. Before it is noted. */
bool tc_board_is_silent(const tc_board *board, const tc_alert *alert, tc_time now);

/* The same of what is of that level and would be told of the incident of that id. */
bool tc_board_is_silenced(const tc_board *board, const char *id, tc_level level, tc_time now);

typedef struct tc_said {
    tc_slice by, note;
    tc_time now;
} tc_said;

/* Each takes effect on a row that is there. */
void tc_board_acknowledge(tc_board *board, const char *id, const tc_said *said);
void tc_board_close(tc_board *board, const char *id, bool is_true, const tc_said *said);
void tc_board_silence(tc_board *board, const char *id, tc_time until, const tc_said *said);

/* The row of which that is the id or its beginning; NULL: none is, or several are
 * (*ret_several). */
const tc_board_row *tc_board_find(const tc_board *board, tc_slice id, bool *ret_several);
size_t tc_board_count(const tc_board *board);
const tc_board_row *tc_board_at(const tc_board *board, size_t index);
/* The next row that has changed, which counts as taken out from then on; NULL: none has. One that
 * only grows comes at most every TC_BOARD_RESTS; all do at TC_TIME_MAX. */
const tc_board_row *tc_board_changed(tc_board *board, tc_time now);
/* The next id that left for want of room; false: none did. */
bool tc_board_gone(tc_board *board, char ret[33]) TC_MUST_USE;
/* Within the caller's section. What was loaded counts as changed. */
void tc_board_visit(tc_board *board, tc_visit *visit);
/* One row, within the caller's section. */
void tc_board_row_visit(tc_board_row *row, tc_visit *visit);
const char *tc_stand_name(tc_stand stand);
/* Whether it waits for somebody or is in somebody's hands. */
bool tc_stand_is_open(tc_stand stand);

#endif
