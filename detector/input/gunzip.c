#include "detector/input/gunzip.h"

const tc_packing tc_packing_gzip = {
    .name = "gzip",
    .suffix = ".gz",
    .magic = {3, 0xFF, {0x1F, 0x8B, 0x08}}, /* deflate is the only method there is */
    .padding = 1,                           /* tapes and dd fill up to a block */
    .create = tc_gunzip_new,
    .destroy = tc_gunzip_free,
    .begin = tc_gunzip_begin,
    .step = tc_gunzip_step,
    .problem = tc_gunzip_problem,
    .library = tc_gunzip_library,
};
