#include "detector/live/figures.h"

#include <sys/statvfs.h>

static void gather_incidents(const tc_board *board, tc_figures *f)
{
    for (size_t i = 0; i < tc_board_count(board); i++) {
        const tc_board_row *row = tc_board_at(board, i);
        f->stands[row->stand]++;
        f->critical += row->stand == TC_STAND_OPEN && row->level == TC_LEVEL_CRITICAL;
    }
}

static void gather_disk(const char *folder, tc_figures *f)
{
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0) return;
    f->disk_free = (uint64_t)disk.f_bavail * disk.f_frsize;
    f->disk_size = (uint64_t)disk.f_blocks * disk.f_frsize;
}

void tc_figures_gather(const tc_figures_of *of, tc_time now, tc_figures *f)
{
    *f = (tc_figures){.now = now, .counts = tc_live_stage_counts(of->stage)};
    tc_store_health_of(of->store, &f->store);
    f->silenced = tc_live_tell_silenced(of->tell);
    f->early = tc_live_tell_early_count(of->tell);
    gather_incidents(tc_live_tell_board(of->tell), f);
    gather_disk(of->folder, f);
    f->packets = tc_live_inputs_packets(of->inputs);
    size_t count = tc_live_receivers_count(of->receivers);
    for (size_t i = 0; i < count && i < TC_FIGURES_RECEIVERS; i++) {
        tc_live_receivers_figures(of->receivers, i, &f->receivers[f->receiver_count++]);
    }
}
