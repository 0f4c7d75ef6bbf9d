-- The form of records. Part of every script on them.
--
-- A record is a string, its value. The set `records` has a member for each of them, all with the score 0, so that Redis
-- orders them by their octets: how long the owner is (3 digits), the owner, the name. The member, behind `base`, is the
-- name of the string. The number `octets` counts those of owners, names and values. Nothing here expires. All names of a
-- namespace share one hash tag, so that they lie beside the declared ones.

-- What stands before the names of an owner's members. No octet of a text in UTF-8 is 0xff.
local function from(owner) return string.format('%03d', #owner) .. owner end
local function behind(start, after) return '(' .. start .. after end
local function to(start) return '(' .. start .. '\255' end

-- The value of a record, or an error that ends the script: a member without its value is one that somebody else took.
local function value_of(base, member)
  local value = redis.call('GET', base .. member)
  if not value then error({err = 'CORRUPT record'}) end
  return value
end

-- As many octets as a record counts for, whose value is not read for that.
local function size_of(base, member)
  local octets = redis.call('STRLEN', base .. member)
  if octets == 0 and redis.call('EXISTS', base .. member) == 0 then error({err = 'CORRUPT record'}) end
  return #member - 3 + octets
end
