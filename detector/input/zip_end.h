/*
 * zip_end: goes over what ends a zip file that is read as it comes.
 *
 * Who reads one from its beginning stops where the directory begins, and would lose another zip
 * file behind it. The directory also says how many members there are, of which one whose header is
 * damaged was not met. Records: APPNOTE.TXT 4.3.11 to 4.3.16.
 */
#ifndef TC_INPUT_ZIP_END_H
#define TC_INPUT_ZIP_END_H

#include "detector/input/below.h"

/* Goes on behind the record that ends the file, the directory of which begins at the next record
 * that is of one. False: there is no such end. */
bool tc_zip_end_skip(tc_below *below, uint64_t *ret_entries) TC_MUST_USE;

#endif
