/*
 * life: what the thread of a lane does from its begin to its end. Private to detector/follow;
 * without the lock.
 *
 * It walks when it is time, gives what there is to read in between, as far as the caller takes it,
 * and sleeps.
 */
#ifndef TC_FOLLOW_LIFE_H
#define TC_FOLLOW_LIFE_H

/* Until the follow is to stop. A tc_lane, as pthread_create hands it on; gives NULL. */
void *tc_life(void *lane);

#endif
