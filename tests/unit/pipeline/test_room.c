#include "detector/pipeline/room.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

Test(room, refuses_nothing_but_waiting_when_it_is_closed)
{
    tc_room *r = tc_room_new(100);
    cr_expect(tc_room_take(r, 60));
    cr_expect(tc_room_take(r, 40));
    tc_room_give_back(r, 40);
    tc_room_give_back(r, 60);
    cr_expect(tc_room_take(r, 1000), "something larger than all passes when it is alone");
    tc_room_close(r);
    cr_expect(!tc_room_take(r, 1));
    tc_room_free(r);
}

typedef struct shared {
    tc_room *room;
    atomic_size_t taken, most;
} shared;

static void *take_often(void *context)
{
    shared *s = context;
    for (int i = 0; i < 2000; i++) {
        if (!tc_room_take(s->room, 30)) break;
        size_t now = atomic_fetch_add(&s->taken, 30) + 30, most = atomic_load(&s->most);
        while (now > most && !atomic_compare_exchange_weak(&s->most, &most, now))
            continue;
        atomic_fetch_sub(&s->taken, 30);
        tc_room_give_back(s->room, 30);
    }
    return NULL;
}

Test(room, never_lets_more_through_than_there_is)
{
    pthread_t threads[6];
    shared s = {.room = tc_room_new(100)};
    for (size_t i = 0; i < TC_COUNT_OF(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, take_often, &s), 0);
    for (size_t i = 0; i < TC_COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    cr_expect(atomic_load(&s.most) >= 30 && atomic_load(&s.most) <= 90);
    tc_room_free(s.room);
}

static void *take_and_tell(void *context)
{
    static int refused;
    return tc_room_take(context, 100) ? NULL : &refused;
}

Test(room, wakes_those_who_wait_when_it_is_closed)
{
    pthread_t thread;
    void *answer = NULL;
    tc_room *r = tc_room_new(100);
    cr_assert(tc_room_take(r, 1));
    cr_assert_eq(pthread_create(&thread, NULL, take_and_tell, r), 0);
    tc_room_close(r);
    pthread_join(thread, &answer);
    cr_expect(answer != NULL);
    tc_room_free(r);
}
