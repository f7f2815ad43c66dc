/*
 * disk: a run as the disk saw it, and what may be on it after the power went off.
 *
 * Everything that changed a file or a name is noted, with the syncs between. An image of a moment
 * holds all that was synced before it; of what was not, each write may be there, be missing, or be
 * there in sectors of 512 or pages of 4,096 bytes only, in any combination, and so may each change
 * of a name. A sync that failed leaves what it should have written on no disk, ever. The index of
 * SQLite's log, which is memory of the machine, is missing or holds anything.
 */
#ifndef TC_TEST_FAULT_DISK_H
#define TC_TEST_FAULT_DISK_H

#include "tests/fault/shim.h"

#include <stdint.h>

typedef struct disk disk;

disk *disk_new(void);
void disk_free(disk *d);
void disk_note(disk *d, const shim_call *call, bool done);
/* Something that is to be told of a moment: the newest before it. */
void disk_mark(disk *d, unsigned attempted, unsigned acknowledged, unsigned marked);
size_t disk_length(const disk *d);
size_t disk_syncs(const disk *d);

typedef struct disk_moment {
    unsigned attempted, acknowledged, marked;
} disk_moment;
/* Writes an image of the moment before call number `at` into the folder. Moments only go on. */
void disk_image(disk *d, size_t at, uint64_t seed, const char *folder, disk_moment *ret);

#endif
