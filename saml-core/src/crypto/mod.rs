//! Floor 2: algorithms, keys and their policy, over OpenSSL. May import `base`.
