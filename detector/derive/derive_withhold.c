/* Withholds what a mailbox shows while it may be an intruder's doing; derive_withheld learns it. */
#include "detector/derive/derive_state.h"

void tc_derive_withhold(tc_deriver *d, tc_withheld_kind kind, const tc_person *p, uint64_t what,
                        uint32_t detail, tc_time now)
{
    tc_withheld_item item = {
        .kind = (uint8_t)kind, .who = p->key, .entity = p->entity, .what = what, .detail = detail};
    tc_withheld_add(d->withheld, &item, now);
}
