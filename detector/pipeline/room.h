/*
 * room: how many bytes may be under way between threads.
 *
 * Whoever hands something over takes room for it first and waits while there is none; whoever has
 * used it up gives the room back. One thing that is larger than all the room passes when nothing
 * else is under way, so nobody waits for ever as long as the taker of the things never waits for
 * room itself.
 */
#ifndef TC_PIPELINE_ROOM_H
#define TC_PIPELINE_ROOM_H

#include "parsers/base/status.h"

typedef struct tc_room tc_room;

tc_room *tc_room_new(size_t bytes) TC_MUST_USE;
void tc_room_free(tc_room *room);
/* False when the room is closed: nothing was taken. */
bool tc_room_take(tc_room *room, size_t bytes) TC_MUST_USE;
void tc_room_give_back(tc_room *room, size_t bytes);
/* Wakes all who wait; nothing can be taken any more. */
void tc_room_close(tc_room *room);

#endif
