#include "detector/memory/piece_list.h"

static tc_piece_links *links_at(const tc_pool *pool, size_t offset, tc_piece piece)
{
    uint8_t *at = tc_pool_at(pool, piece);
    return (void *)(at + offset);
}

void tc_piece_list_append(tc_piece_list *list, const tc_pool *pool, size_t offset, tc_piece piece)
{
    *links_at(pool, offset, piece) = (tc_piece_links){.older = list->newest};
    if (list->newest) {
        links_at(pool, offset, list->newest)->newer = piece;
    } else {
        list->oldest = piece;
    }
    list->newest = piece;
    list->count++;
}

void tc_piece_list_remove(tc_piece_list *list, const tc_pool *pool, size_t offset, tc_piece piece)
{
    tc_piece_links links = *links_at(pool, offset, piece);
    if (links.older) {
        links_at(pool, offset, links.older)->newer = links.newer;
    } else {
        list->oldest = links.newer;
    }
    if (links.newer) {
        links_at(pool, offset, links.newer)->older = links.older;
    } else {
        list->newest = links.older;
    }
    list->count--;
}
