/*
 * evtx_take: a record of a Windows event log read by the plans of its templates (evtx_plan.h).
 */
#ifndef TC_WINDOWS_EVTX_TAKE_H
#define TC_WINDOWS_EVTX_TAKE_H

#include "parsers/windows/evtx_plan.h"

/* Fills the row of plans->fill, cleared first, with the binary XML in chunk[from, to), which is
 * checked here; what was decoded lives in the arena. False: this has to be read as XML, and what
 * the row holds by now is worthless. The text of its XML has no more than `text_max` bytes, if
 * true. */
bool tc_evtx_take(tc_evtx_plans *plans, size_t from, size_t to, size_t text_max,
                  tc_arena *arena) TC_MUST_USE;

#endif
