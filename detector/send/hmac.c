#include "detector/send/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

bool tc_hmac_sha256(tc_slice key, tc_slice text, char out[TC_HMAC_TEXT])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (key.len > INT32_MAX ||
        HMAC(EVP_sha256(), key.ptr, (int)key.len, text.ptr, text.len, digest, &length) == NULL ||
        length * 2 + 1 > TC_HMAC_TEXT)
        return false;
    for (unsigned i = 0; i < length; i++)
        snprintf(out + (size_t)2 * i, 3, "%02x", digest[i]);
    return true;
}

void tc_hmac_library(tc_str *out)
{
    tc_str_addf(out, ", openssl %s", OpenSSL_version(OPENSSL_VERSION_STRING));
}
