/*
 * identity_texts: the bytes of names, given back when names are forgotten.
 *
 * A text lies in a block of its size class, zero-padded; blocks of a class lie without holes in
 * pages, so that names of one length cannot hold the room that names of another length need. A text
 * is told by its length and the index of its block. Freed blocks are holes until `settle` moves
 * the last blocks of the class into them and gives the pages back; only there do texts move.
 * Texts are 1 to TC_TEXT_MAX bytes and never begin with a zero byte.
 */
#ifndef TC_ENRICH_IDENTITY_TEXTS_H
#define TC_ENRICH_IDENTITY_TEXTS_H

#include "detector/enrich/identity_pages.h"

#define TC_TEXT_MAX 320
#define TC_TEXT_CLASSES 31

typedef struct tc_text_class {
    tc_pages blocks;
    uint32_t first_hole; /* index + 1 */
} tc_text_class;

typedef struct tc_name_texts {
    tc_text_class classes[TC_TEXT_CLASSES];
    uint32_t holes;
} tc_name_texts;

void tc_name_texts_init(tc_name_texts *texts, tc_pages_budget *budget);
void tc_name_texts_done(tc_name_texts *texts);
/* Makes sure that one add of that length succeeds. */
TC_STATUS tc_name_texts_reserve(tc_name_texts *texts, size_t length);
uint32_t tc_name_texts_add(tc_name_texts *texts, tc_slice text);
void tc_name_texts_remove(tc_name_texts *texts, size_t length, uint32_t index);
tc_slice tc_name_texts_get(const tc_name_texts *texts, size_t length, uint32_t index);

/* Told that the text is about to move to block `to` of its class; false: it must stay for now. */
typedef bool (*tc_name_texts_mover)(void *context, tc_slice text, uint32_t to);
/* Fills the holes and gives pages back, as far as `mover` lets it. */
void tc_name_texts_settle(tc_name_texts *texts, tc_name_texts_mover mover, void *context);

/* Saved state comes in three steps: blocks, at most `max` of a class; then the owner visits what
 * lies in them, and puts each text that is loaded into its block; then the holes, in the order in
 * which they are filled. */
void tc_name_texts_visit(tc_name_texts *texts, tc_visit *visit, uint32_t max);
/* False if there is no such block, or if a text is in it. */
bool tc_name_texts_put(tc_name_texts *texts, tc_slice text, uint32_t index);
void tc_name_texts_visit_holes(tc_name_texts *texts, tc_visit *visit);

#endif
