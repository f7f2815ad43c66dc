/*
 * terminal: what the one that reads the output can show.
 *
 * The one place where it is decided, for every page. What the user says with --color stands above
 * the environment; there NO_COLOR (https://no-color.org) stands above CLICOLOR_FORCE, and without
 * either a terminal that is not dumb is given colours.
 */
#ifndef TC_REPORT_TERMINAL_H
#define TC_REPORT_TERMINAL_H

#include "detector/settings/options.h"

/* Whether what is written to the descriptor may be coloured. */
bool tc_terminal_color(tc_color_when when, int descriptor);
/* Columns of a page on it: $COLUMNS, or the terminal's, or 80; from 60 to 200. */
uint32_t tc_terminal_width(int descriptor);
/* Lines that a person sees at once: $LINES, or the terminal's; 0: not known. At most 1,000. */
uint32_t tc_terminal_height(int descriptor);
/* Whether a line on it can be written over. */
bool tc_terminal_rewrites(int descriptor);

#endif
