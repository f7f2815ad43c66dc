/*
 * piece_list: pieces in a list, oldest first.
 *
 * The links lie in the pieces themselves, at an offset that is the same for all of a list: who
 * keeps the list says it with every call. A piece is in at most one list over these links. The
 * list owns nothing.
 */
#ifndef TC_MEMORY_PIECE_LIST_H
#define TC_MEMORY_PIECE_LIST_H

#include "detector/memory/pool.h"

typedef struct tc_piece_links {
    tc_piece older, newer;
} tc_piece_links;

/* All zero = empty. */
typedef struct tc_piece_list {
    tc_piece oldest, newest;
    uint32_t count;
} tc_piece_list;

/* Makes the piece the newest. */
void tc_piece_list_append(tc_piece_list *list, const tc_pool *pool, size_t offset, tc_piece piece);
/* The piece must be in the list. */
void tc_piece_list_remove(tc_piece_list *list, const tc_pool *pool, size_t offset, tc_piece piece);

#endif
