/*
 * folder: a folder and those above it are made.
 */
#ifndef TC_TESTS_SIMULATE_FOLDER_H
#define TC_TESTS_SIMULATE_FOLDER_H

#include <stdbool.h>

/* True if it is there now. */
bool files_folder(const char *path);

#endif
