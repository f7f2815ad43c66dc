/*
 * evtx: Windows event logs as Windows keeps them (.evtx), and exports in that form.
 *
 * Each record is what the <Event> element says that Windows would show (binxml.h), read as
 * windows_xml reads it: so an event is the same, and has the same identity, from whichever of the
 * two it comes. Nearly all are read by plans of their templates (evtx_take.h), to the same effect.
 * The evidence shown is that element, which is written only when it is asked for.
 */
#ifndef TC_WINDOWS_EVTX_H
#define TC_WINDOWS_EVTX_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_evtx;

#endif
