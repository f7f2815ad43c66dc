/*
 * language_cover: which classes of languages an organisation means that names a language.
 *
 * A tag covers its own class and those of all that is written more exactly: "zh" covers zh-Hans and
 * zh-Hant, as "zh-CN" covers zh-Hans; and "zh", which stands for Chinese that could not be told
 * more exactly, is covered by any of them. Tags are compared without regard to case.
 */
#ifndef TC_ENRICH_LANGUAGE_COVER_H
#define TC_ENRICH_LANGUAGE_COVER_H

#include "detector/enrich/language.h"

/* Room for the classes that one tag covers. */
#define TC_LANGUAGE_COVER_MAX 16

/* Writes the classes to `ret`, each once, in the order of the tables, and returns how many; 0: the
 * language is not known. */
size_t tc_language_cover(const tc_language_catalogue *catalogue, tc_slice tag,
                         tc_slice ret[TC_LANGUAGE_COVER_MAX]);

#endif
