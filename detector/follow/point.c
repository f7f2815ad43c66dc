#include "detector/follow/follow.h"

enum { POINT_VERSION = 1, POINT_VERSIONS };

static void visit_head_length(tc_follow_point *point, tc_visit *visit)
{
    uint32_t length = point->head_length;
    tc_visit_below(visit, &length, 4096 + 1);
    point->head_length = (uint16_t)length;
}

void tc_follow_point_visit(tc_follow_point *point, tc_visit *visit)
{
    uint32_t version = POINT_VERSION;
    tc_visit_below(visit, &version, POINT_VERSIONS);
    if (version != POINT_VERSION) tc_visit_refuse(visit, "a point of an unknown version");
    tc_visit_u64(visit, &point->key);
    tc_visit_u64(visit, &point->offset);
    tc_visit_u64(visit, &point->device);
    tc_visit_u64(visit, &point->inode);
    tc_visit_u64(visit, &point->size);
    tc_visit_time(visit, &point->changed);
    tc_visit_u64(visit, &point->head_hash);
    tc_visit_u64(visit, &point->tail_hash);
    tc_visit_u64(visit, &point->tail_at);
    tc_visit_time(visit, &point->gone);
    tc_visit_u32(visit, &point->generation);
    visit_head_length(point, visit);
    tc_visit_bool(visit, &point->telling);
    tc_visit_bool(visit, &point->packed);
    tc_visit_bool(visit, &point->dropped);
    tc_visit_text(visit, &point->path, TC_FOLLOW_PATH_MAX);
    if (point->tail_at > point->offset) tc_visit_refuse(visit, "a tail behind its point");
}
