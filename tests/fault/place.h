/*
 * place: a folder to break things in, in memory where there is room for that.
 */
#ifndef TC_TEST_FAULT_PLACE_H
#define TC_TEST_FAULT_PLACE_H

#include <stddef.h>

#define PLACE_PATH 128

/* Makes an empty folder; ends the program if it cannot. */
void place_make(char path[PLACE_PATH]);
/* Removes the files in it, and the folder too. */
void place_empty(const char *path);
void place_drop(const char *path);

#endif
