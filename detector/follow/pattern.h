/*
 * pattern: files, folders and globs, taken apart.
 *
 * A pattern is a fixed folder and the names below it. The last name is always below, so that a file
 * that is named alone is found again under another name in its folder. "**" stands for any folders.
 * What matches whole and is a folder brings everything below it. Where a walk stands within a
 * pattern is a set of places in it, so that each name is looked at once.
 */
#ifndef TC_FOLLOW_PATTERN_H
#define TC_FOLLOW_PATTERN_H

#include "parsers/base/slice.h"

#define TC_PATTERN_NAMES ((size_t)62)

typedef struct tc_follow_pattern {
    char *text;   /* absolute; owned */
    char *root;   /* owned; "/" or without a slash at its end */
    bool literal; /* no globs at all: its last name may be a link */
    size_t count;
    tc_slice names[TC_PATTERN_NAMES]; /* in text */
} tc_follow_pattern;

typedef struct tc_follow_pattern_state {
    uint64_t places; /* bit n: the first n names are matched */
    bool all;        /* everything below here matches */
} tc_follow_pattern_state;

/* Takes a pattern apart; `here` is the folder that relative ones begin at. */
TC_STATUS tc_follow_pattern_parse(tc_slice text, tc_slice here, tc_follow_pattern *ret,
                                  tc_error *reterr);
void tc_follow_pattern_done(tc_follow_pattern *pattern);

/* At the pattern's root. */
tc_follow_pattern_state tc_follow_pattern_begin(const tc_follow_pattern *pattern);
/* Behind one more name. */
tc_follow_pattern_state tc_follow_pattern_step(const tc_follow_pattern *pattern,
                                               tc_follow_pattern_state state, tc_slice name);
/* Whether what was matched is one of the pattern's files, and what a folder there would bring. */
bool tc_follow_pattern_is_whole(const tc_follow_pattern *pattern, tc_follow_pattern_state state);
/* Whether something below can match, and how it then stands within a folder. */
bool tc_follow_pattern_enters(const tc_follow_pattern *pattern, tc_follow_pattern_state *state);

#endif
