-- Removes entries that have expired, also where memory is short. KEYS: order, held. Answers how many.
return sweep(ARGV[1], KEYS[1], KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4]))
