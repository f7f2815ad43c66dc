/*
 * kept_incidents: what the state of a run that goes on knows of its incidents, for readers.
 *
 * Read from the folder as it was committed last, whether or not the run is there; changes nothing.
 */
#ifndef TC_LIVE_KEPT_INCIDENTS_H
#define TC_LIVE_KEPT_INCIDENTS_H

#include "detector/live/incident_page.h"

typedef struct tc_kept_incident {
    tc_board_row row;
    bool paged; /* what follows is there */
    tc_incident_page page;
} tc_kept_incident;

typedef struct tc_kept_incidents {
    tc_arena *arena;
    tc_kept_incident *items; /* what is open first, the gravest first, then the newest */
    size_t count, capacity;
    size_t damaged; /* values that could not be read */
    bool running;   /* a run has the folder open now */
} tc_kept_incidents;

/* tc_kept_incidents_done also after a failure. */
TC_STATUS tc_kept_incidents_read(const char *folder, tc_time now, tc_kept_incidents *ret,
                                 tc_error *reterr);
void tc_kept_incidents_done(tc_kept_incidents *incidents);
/* The one of which that is the id or its beginning. TC_ESYNTAX: none is, or several. */
TC_STATUS tc_kept_incidents_find(const tc_kept_incidents *incidents, const char *id,
                                 const tc_kept_incident **ret, tc_error *reterr);
/* How it stands now, in a word: what was told long ago is over. */
const char *tc_kept_incident_state(const tc_board_row *row, tc_time now);
bool tc_kept_incident_is_open(const tc_board_row *row, tc_time now);

#endif
