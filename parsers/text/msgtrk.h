/*
 * msgtrk: message tracking logs of Exchange 2007 to SE (MSGTRK*.LOG).
 *
 * Comma-separated, four known column layouts (Microsoft Learn, "Message tracking", fields in
 * the message tracking log files). Times are UTC.
 */
#ifndef TC_TEXT_MSGTRK_H
#define TC_TEXT_MSGTRK_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_msgtrk;

#endif
