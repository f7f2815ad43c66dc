/*
 * learned: what the deriver has found the organisation to be like, for people to read and correct.
 *
 * A copy of figures, in an order that depends on them alone; nothing of it changes what is judged.
 * Texts that the deriver owns are borrowed from it. What is not sure enough to be told is left out:
 * a door is told from five days and three people on, an account that resets passwords from three
 * days on.
 */
#ifndef TC_DERIVE_LEARNED_H
#define TC_DERIVE_LEARNED_H

#include "detector/derive/derive.h"
#include "detector/derive/doors.h"
#include "detector/derive/resetters.h"

#define TC_LEARNED_LANGUAGES 255
#define TC_LEARNED_PLACES 676 /* countries: two letters */
#define TC_LEARNED_LISTED 32  /* doors, resetters */

typedef struct tc_learned_language {
    const char *tag;
    uint32_t mailboxes;
    bool own;
} tc_learned_language;

typedef struct tc_learned_place {
    char country[3];
    uint32_t mailboxes;
} tc_learned_place;

typedef struct tc_learned {
    uint64_t speakers; /* mailboxes whose language is known */
    tc_learned_language languages[TC_LEARNED_LANGUAGES];
    size_t language_count;
    tc_learned_place places[TC_LEARNED_PLACES];
    size_t place_count;
    const tc_door *doors[TC_LEARNED_LISTED];
    size_t door_count;
    const tc_resetter *resetters[TC_LEARNED_LISTED];
    size_t resetter_count;
    uint32_t password_days, password_changes; /* the age that so many changed passwords had */
    tc_time first, last;                      /* of all that was learned from */
} tc_learned;

void tc_deriver_learned(const tc_deriver *deriver, tc_learned *ret);

#endif
