/*
 * stem: the names that a rotated name may have been: log.1.gz was log.1, and that was log. Private
 * to detector/follow.
 */
#ifndef TC_FOLLOW_STEM_H
#define TC_FOLLOW_STEM_H

#include "parsers/base/slice.h"

/* Cuts the last part off the name at the end of a path; false if the name has but one. */
bool tc_stem_cut(tc_slice *path);

#endif
