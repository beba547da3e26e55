-- Sends the lines of a file as paths, in turn, from a line on; prints its counts as JSON.
-- wrk -s wrk.lua URL -- FILE START
local requests, place = {}, 0

function init(args)
   if not args[1] then return end
   local headers = {}
   for name, value in pairs(wrk.headers) do headers[name] = value end
   for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", path, headers) end
   place = tonumber(args[2]) % #requests
end

function request()
   place = place % #requests + 1
   return requests[place]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "microseconds": %d, "failed": %d, "broken": %d}\n',
      summary.requests, summary.duration, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
