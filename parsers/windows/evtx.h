/*
 * evtx: Windows event logs as Windows keeps them (.evtx), and exports in that form.
 *
 * Each record becomes the <Event> element that Windows would show (binxml.h), and that is read as
 * windows_xml reads it: so an event is the same, and has the same identity, from whichever of the
 * two it comes. The evidence shown is that element.
 */
#ifndef TC_WINDOWS_EVTX_H
#define TC_WINDOWS_EVTX_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_evtx;

#endif
