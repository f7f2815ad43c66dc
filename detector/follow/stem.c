#include "detector/follow/stem.h"

bool tc_stem_cut(tc_slice *path)
{
    for (size_t length = path->len; length-- > 1;) {
        uint8_t c = path->ptr[length];
        if (c == '/' || path->ptr[length - 1] == '/') return false;
        if (c != '.' && c != '-' && c != '_' && c != '~') continue;
        path->len = length;
        return true;
    }
    return false;
}
