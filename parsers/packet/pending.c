#include "parsers/packet/pending.h"

static uint8_t *at(tc_pending *p, size_t index)
{
    return &p->commands[(p->oldest + index) % TC_PENDING_MAX];
}

bool tc_pending_full(const tc_pending *p)
{
    return p->count == TC_PENDING_MAX;
}

void tc_pending_add(tc_pending *p, uint8_t command)
{
    if (tc_pending_full(p)) tc_pending_answered(p);
    *at(p, p->count++) = command;
}

uint8_t tc_pending_first(const tc_pending *p)
{
    return p->count > 0 ? p->commands[p->oldest] : 0;
}

uint8_t tc_pending_last(const tc_pending *p)
{
    return p->count > 0 ? p->commands[(p->oldest + p->count - 1) % TC_PENDING_MAX] : 0;
}

bool tc_pending_has(const tc_pending *p, uint8_t command)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->commands[(p->oldest + i) % TC_PENDING_MAX] == command) return true;
    return false;
}

void tc_pending_answered(tc_pending *p)
{
    if (p->count == 0) return;
    p->oldest = (p->oldest + 1) % TC_PENDING_MAX;
    p->count--;
}

void tc_pending_keep_last(tc_pending *p)
{
    while (p->count > 1)
        tc_pending_answered(p);
}

void tc_pending_keep_first(tc_pending *p)
{
    p->count = TC_MIN(p->count, (size_t)1);
}

void tc_pending_rename(tc_pending *p, uint8_t from, uint8_t to)
{
    for (size_t i = 0; i < p->count; i++)
        if (*at(p, i) == from) *at(p, i) = to;
}

void tc_pending_clear(tc_pending *p)
{
    p->count = 0;
}
